import { runContainer } from '../runtime/run.ts';
import { addBundleFlags, BUNDLE_DEFAULTS, type BundleFlags, createOptionsOf } from './bundle-flags.ts';
import type { CommandDefinition } from './command-definition.ts';
import { prepareRoot } from './prepare-root.ts';

interface RunFlags extends BundleFlags {
  readonly detach?: boolean;
  readonly keep?: boolean;
  readonly subreaper: boolean;
}

/** `run [flags] ID`: contract section 3.2. */
export const run: CommandDefinition = {
  operands: '<container-id>',
  count: { minimum: 1, maximum: 1 },
  description:
    'Makes a container from a bundle and starts it. The exit status is that of its program, 128+n for signal n.',
  flagsEnd: 'at-double-dash',
  failurePrefix: 'ocirun run failed: ',
  addFlags(command) {
    addBundleFlags(command);
    command
      .option('-d, --detach', "do not wait for the container's end")
      .option('--keep', 'do not delete the container after its end')
      .option('--no-subreaper', 'do not become the reaper of orphaned processes');
  },
  defaults: { ...BUNDLE_DEFAULTS, subreaper: true },
  async run(session, [id = ''], flags) {
    const { detach = false, keep = false, subreaper, ...bundleFlags } = flags as RunFlags;
    const options = createOptionsOf(id, bundleFlags);
    prepareRoot(session.root);
    return runContainer(session.context, {
      ...options,
      detach,
      keep,
      noSubreaper: !subreaper,
    });
  },
};
