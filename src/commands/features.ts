import type { CommandDefinition } from './command-definition.ts';
import { featuresDocument } from './features-document.ts';
import { print } from './output.ts';

/** `features`: contract section 5. Nothing but the document may appear, on stderr neither: some engines read both. */
export const features: CommandDefinition = {
  operands: '',
  count: { minimum: 0, maximum: 0 },
  description: 'Prints what this runtime recognises in config.json, as the runtime specification describes it.',
  flagsEnd: 'at-double-dash',
  run() {
    print(`${JSON.stringify(featuresDocument(), null, 4)}\n`);
    return 0;
  },
};
