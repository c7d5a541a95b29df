import type { Fd } from '../../native-bindings/fd.ts';
import { fileSystemMagic, openAt2, openFile, writeAll } from '../../native-bindings/files.ts';
import { PROC_SUPER_MAGIC } from '../../native-bindings/kernel/magic.ts';
import {
  O_DIRECTORY,
  O_PATH,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_XDEV,
} from '../../native-bindings/kernel/open.ts';
import { RuntimeError } from './runtime-error.ts';

/**
 * Writes a file of the host's /proc, in one write(2). The file is reached from a directory that was verified to be procfs,
 * without crossing a mount or a magic link: a write to a fake file would be a setting that silently does not hold
 * (CVE-2019-16884, CVE-2025-52881).
 * @param path below /proc, without a leading slash
 * @throws {RuntimeError} when /proc is not procfs; {SystemError} when the kernel refuses
 */
export function writeProcfs(path: string, text: string): void {
  using proc = openProcfs();
  const resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  using file = openAt2(proc.number, path, { flags: O_WRONLY, resolve });
  writeAll(file.number, text);
}

function openProcfs(): Fd {
  const proc = openFile('/proc', O_PATH | O_DIRECTORY);
  if (fileSystemMagic(proc.number) === PROC_SUPER_MAGIC) return proc;
  proc.close();
  throw new RuntimeError('KERNEL', '/proc of the host is not a proc file system');
}
