import { openFile } from '../../native-bindings/files.ts';
import { AT_FDCWD, O_DIRECTORY, O_NOFOLLOW, O_RDONLY } from '../../native-bindings/kernel/open.ts';
import { syscall, trySyscall } from '../../native-bindings/syscall.ts';
import type { RootDirectory } from './root-directory.ts';

/**
 * Makes the default root below $XDG_RUNTIME_DIR, with the sticky bit: programs that clean that directory up leave
 * sticky entries alone (XDG base directory specification). Other roots are the runtime's to make.
 * @throws {SystemError}
 */
export function prepareRoot(root: RootDirectory): void {
  if (root.origin !== 'runtime-dir') return;
  trySyscall('mkdirat', AT_FDCWD, root.path, 0o700);
  using directory = openFile(root.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  syscall(root.path, 'fchmod', directory.number, 0o1700);
}
