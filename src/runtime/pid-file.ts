import { openAt, openFile, renameAt, writeAll } from '../../native-bindings/files.ts';
import { O_CREAT, O_DIRECTORY, O_RDONLY, O_TRUNC, O_WRONLY } from '../../native-bindings/kernel/open.ts';
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
    using file = openAt(fd.number, `.${name}`, O_WRONLY | O_CREAT | O_TRUNC, 0o644);
    writeAll(file.number, String(pid));
    renameAt(fd.number, `.${name}`, name);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError('KERNEL', `cannot write the pid file ${path}: ${reason}`, { cause: error });
  }
}
