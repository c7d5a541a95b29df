import { containerState } from '../runtime/state.ts';
import type { CommandDefinition } from './command-definition.ts';
import { print } from './output.ts';

/** `state ID`: contract section 3.4. */
export const state: CommandDefinition = {
  operands: '<container-id>',
  count: { minimum: 1, maximum: 1 },
  description: 'Prints the state of a container as the runtime specification describes it.',
  flagsEnd: 'at-double-dash',
  run(session, [id = '']) {
    print(JSON.stringify(containerState(session.context, id), null, 2));
    return 0;
  },
};
