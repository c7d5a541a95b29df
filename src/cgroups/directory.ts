import type { Fd } from '../../native-bindings/fd.ts';
import { openAt2, readToEnd, statusAt, writeAll } from '../../native-bindings/files.ts';
import {
  O_DIRECTORY,
  O_RDONLY,
  O_WRONLY,
  RESOLVE_BENEATH,
  RESOLVE_NO_MAGICLINKS,
  RESOLVE_NO_SYMLINKS,
  RESOLVE_NO_XDEV,
} from '../../native-bindings/kernel/open.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { openHierarchy } from './hierarchy.ts';

/**
 * A container's cgroup: plain data, for state.json. With it later commands find the cgroup again, and know what of it
 * to remove.
 */
export interface ContainerCgroup {
  /** Where the cgroup2 file system was mounted, for example `/sys/fs/cgroup`. */
  readonly root: string;
  /** Below the root, clean and absolute: `/docker/3f2a`. */
  readonly path: string;
  /**
   * The inode number of the directory, in decimal. The kernel gives it to no later cgroup: another one at the same
   * path is not taken for the container's.
   */
  readonly inode: string;
  /** The directories that were made for this container, outermost first. What was there before is not in the list. */
  readonly created: readonly CreatedCgroup[];
}

export interface CreatedCgroup {
  readonly path: string;
  readonly inode: string;
}

/** Nothing may lead out of the file system: not `..`, not a link, not something mounted on top. */
const BELOW = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
const decoder = new TextDecoder();

/** Opens a cgroup's directory below another's. `path` is relative. @throws {SystemError} */
export function openBelow(dirFd: number, path: string): Fd {
  return openAt2(dirFd, path, { flags: O_RDONLY | O_DIRECTORY, resolve: BELOW });
}

/** Opens the directory that holds `dirFd`. The caller makes sure to stay inside of what it may see. */
export function openAbove(dirFd: number): Fd {
  const resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV;
  return openAt2(dirFd, '..', { flags: O_RDONLY | O_DIRECTORY, resolve });
}

/**
 * Opens a container's cgroup: for clone3's CLONE_INTO_CGROUP, for programs, for the functions of this folder.
 * @returns undefined when it is gone, also where another one has its path now
 * @throws {CgroupError} when no cgroup2 is mounted at its root any more, {SystemError}
 */
export function openCgroup(cgroup: Pick<ContainerCgroup, 'root' | 'path' | 'inode'>): Fd | undefined {
  let fd: Fd;
  try {
    using root = openHierarchy(cgroup.root);
    fd = openBelow(root.number, cgroup.path.slice(1));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENODEV')) return undefined;
    throw error;
  }
  if (inodeOf(fd.number) === cgroup.inode) return fd;
  fd.close();
  return undefined;
}

/** The identity of an opened cgroup, see `ContainerCgroup.inode`. @throws {SystemError} */
export function inodeOf(fd: number): string {
  return String(statusAt(fd).inode);
}

/** The text of one of a cgroup's files. @throws {SystemError}; ENODEV or ENOENT when the cgroup was removed */
export function readCgroupFile(cgroupFd: number, name: string): string {
  using fd = openAt2(cgroupFd, name, { flags: O_RDONLY, resolve: BELOW });
  return decoder.decode(readToEnd(fd.number));
}

/** Writes to one of a cgroup's files, in one write(2) as the kernel wants it. @throws {SystemError} */
export function writeCgroupFile(cgroupFd: number, name: string, value: string): void {
  using fd = openAt2(cgroupFd, name, { flags: O_WRONLY, resolve: BELOW });
  writeAll(fd.number, value);
}

/** True when the error says that the cgroup does not exist any more. */
export function isGone(error: unknown): boolean {
  return isErrno(error, 'ENOENT', 'ENODEV');
}
