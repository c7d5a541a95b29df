import { isOwnFd } from '../../native-bindings/fd.ts';
import { isOpen, readLink } from '../../native-bindings/files.ts';

/**
 * Whether a descriptor is the caller's, who wants it passed on (`--preserve-fds`). Numbers that he left closed are taken by the
 * engine (its event loop) and by ocirun (the log, the state directory): none of those may reach a container, where
 * a directory of the host would be a way out (CVE-2024-21626).
 */
export function isInherited(fd: number): boolean {
  return isOpen(fd) && !isOwnFd(fd) && !readLink(`/proc/self/fd/${fd}`).startsWith('anon_inode:[event');
}
