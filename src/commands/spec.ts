import { openFile, writeAll } from '../../native-bindings/files.ts';
import { O_CREAT, O_EXCL, O_WRONLY } from '../../native-bindings/kernel/open.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { enterDirectory } from './bundle-flags.ts';
import type { CommandDefinition } from './command-definition.ts';
import { exampleConfig, rootlessExampleConfig } from './example-config.ts';

const FILE = 'config.json';

interface SpecFlags {
  readonly bundle?: string;
  readonly rootless?: boolean;
}

/** `spec [flags]`: contract section 3.13. */
export const spec: CommandDefinition = {
  operands: '',
  count: { minimum: 0, maximum: 0 },
  description: 'Writes an example config.json, to be edited: it runs `sh` in the folder rootfs.',
  flagsEnd: 'at-double-dash',
  addFlags(command) {
    command
      .option('-b, --bundle <dir>', 'the folder to write it to (default: the current directory)')
      .option('--rootless', 'write one for a user without privileges');
  },
  run(_, __, flags) {
    const { bundle, rootless = false } = flags as SpecFlags;
    if (bundle !== undefined) enterDirectory(bundle);
    const config = rootless ? rootlessExampleConfig(effectiveUser()) : exampleConfig();
    using file = createConfigFile();
    writeAll(file.number, JSON.stringify(config, null, '\t'));
    return 0;
  },
};

function createConfigFile() {
  try {
    return openFile(FILE, O_WRONLY | O_CREAT | O_EXCL, 0o666);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) throw new Error(`File ${FILE} exists. Remove it first`);
    throw error;
  }
}

function effectiveUser(): { uid: number; gid: number } {
  const { geteuid, getegid } = process;
  if (!geteuid || !getegid) throw new Error('ocirun runs on Linux only');
  return { uid: geteuid(), gid: getegid() };
}
