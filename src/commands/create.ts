import { createContainer } from '../runtime/create.ts';
import { addBundleFlags, type BundleFlags, createOptionsOf } from './bundle-flags.ts';
import type { CommandDefinition } from './command-definition.ts';
import { prepareRoot } from './prepare-root.ts';

/** `create [flags] ID`: contract section 3.1. */
export const create: CommandDefinition = {
  operands: '<container-id>',
  count: { minimum: 1, maximum: 1 },
  description: 'Makes a container from a bundle. Its program does not run before `start`.',
  flagsEnd: 'at-double-dash',
  failurePrefix: 'ocirun create failed: ',
  addFlags: addBundleFlags,
  async run(session, [id = ''], command) {
    const options = createOptionsOf(id, command.opts<BundleFlags>());
    prepareRoot(session.root);
    await createContainer(session.context, options);
    return 0;
  },
};
