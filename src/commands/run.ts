import { runContainer } from '../runtime/run.ts';
import { addBundleFlags, type BundleFlags, createOptionsOf } from './bundle-flags.ts';
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
  async run(session, [id = ''], command) {
    const flags = command.opts<RunFlags>();
    const options = createOptionsOf(id, flags);
    prepareRoot(session.root);
    return runContainer(session.context, {
      ...options,
      detach: flags.detach ?? false,
      keep: flags.keep ?? false,
      noSubreaper: !flags.subreaper,
    });
  },
};
