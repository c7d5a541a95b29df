import { openAt, openFile, renameAt, writeAll } from '../../native-bindings/files.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } from '../../native-bindings/kernel/open.ts';
import { RuntimeError } from './runtime-error.ts';

/**
 * Writes a pid file: digits and nothing else (engines parse the raw bytes), written beside and renamed, so that who waits
 * for the file never reads half a pid.
 * @param path absolute
 * @throws {RuntimeError}
 */
export function writePidFile(path: string, pid: number): void {
  const slash = path.lastIndexOf('/');
  const [directory, name] = [path.slice(0, slash) || '/', path.slice(slash + 1)];
  try {
    using fd = openFile(directory, O_RDONLY | O_DIRECTORY);
    // A name that nobody can have foreseen, and no link followed: the directory may be writable for others.
    const temporary = `.${name}.${crypto.randomUUID()}`;
    using file = openAt(fd.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    writeAll(file.number, String(pid));
    renameAt(fd.number, temporary, name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError('KERNEL', `cannot write the pid file ${path}: ${reason}`, { cause: error });
  }
}
