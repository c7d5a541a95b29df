import type { Command } from 'commander';
import { describeErrno, ERRNO } from '../../native-bindings/kernel/errno.ts';
import type { CreateOptions } from '../runtime/create.ts';
import { absolutePath } from './absolute-path.ts';
import { UsageError } from './usage-error.ts';

/** The values of the flags that `create` and `run` share. commander turns `--no-pivot` into `pivot: false`. */
export interface BundleFlags {
  readonly bundle?: string;
  readonly consoleSocket?: string;
  readonly pidfdSocket?: string;
  readonly pidFile?: string;
  readonly pivot: boolean;
  readonly newKeyring: boolean;
  readonly preserveFds: number;
}

/** Their values when none is given. */
export const BUNDLE_DEFAULTS: BundleFlags = { pivot: true, newKeyring: true, preserveFds: 0 };

/** Adds the flags that `create` and `run` share. */
export function addBundleFlags(command: Command): void {
  command
    .option('-b, --bundle <dir>', 'the bundle: a directory with config.json (default: the current directory)')
    .option('--console-socket <path>', 'unix socket that receives the master end of the terminal')
    .option('--pidfd-socket <path>', 'unix socket that receives a pidfd of init')
    .option('--pid-file <path>', "file to write init's process id to")
    .option('--no-pivot', 'move the root instead of pivot_root, for a rootfs on the initial ramdisk')
    .option('--no-new-keyring', "keep the caller's session keyring")
    .option('--preserve-fds <n>', 'pass n more descriptors than stdio to the container', countOf('preserve-fds'), 0);
}

/** A parser for a flag that takes a count. */
function countOf(flag: string): (value: string) => number {
  return (value) => {
    if (/^\d{1,7}$/.test(value)) return Number(value);
    throw new UsageError(`invalid value ${JSON.stringify(value)} for flag -${flag}: parse error`);
  };
}

/**
 * What the runtime is asked to create. Paths are made absolute before the directory is changed to the bundle, and
 * `bundle` is what the kernel then calls the current directory.
 * @throws when the bundle cannot be entered, or a flag asks for what ocirun does not do
 */
export function createOptionsOf(id: string, flags: BundleFlags): CreateOptions {
  if (flags.pidfdSocket !== undefined) throw new Error('--pidfd-socket is not supported yet');
  const absolute = (path: string) => absolutePath(path, path.startsWith('/') ? '/' : process.cwd());
  const pidFile = flags.pidFile === undefined ? {} : { pidFile: absolute(flags.pidFile) };
  const consoleSocket = flags.consoleSocket === undefined ? {} : { consoleSocket: absolute(flags.consoleSocket) };
  if (flags.bundle !== undefined) enterDirectory(flags.bundle);
  return {
    id,
    bundle: process.cwd(),
    ...pidFile,
    ...consoleSocket,
    noPivot: !flags.pivot,
    noNewKeyring: !flags.newKeyring,
    preserveFds: flags.preserveFds,
  };
}

/** Changes the current directory. @throws in the words of the C library, which engines look for */
export function enterDirectory(path: string): void {
  try {
    process.chdir(path);
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    const reason = Object.hasOwn(ERRNO, code) ? describeErrno(ERRNO[code as keyof typeof ERRNO]) : String(error);
    throw new Error(`chdir ${JSON.stringify(path)}: ${reason}`, { cause: error });
  }
}
