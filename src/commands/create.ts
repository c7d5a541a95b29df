import { createContainer } from '../runtime/create.ts';
import { addBundleFlags, BUNDLE_DEFAULTS, type BundleFlags, createOptionsOf } from './bundle-flags.ts';
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
  defaults: BUNDLE_DEFAULTS,
  async run(session, [id = ''], flags) {
    const options = createOptionsOf(id, flags as BundleFlags);
    prepareRoot(session.root);
    await createContainer(session.context, options);
    return 0;
  },
};
