import type { Fd } from '../../native-bindings/fd.ts';
import { makeDirectory, removeAt } from '../../native-bindings/files.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { CgroupError } from './cgroup-error.ts';
import type { ContainerCgroup, CreatedCgroup } from './directory.ts';
import { inodeOf, openBelow, readCgroupFile } from './directory.ts';
import { readEvents } from './events.ts';
import { openHierarchy } from './hierarchy.ts';
import { removeCreated } from './remove.ts';
import { processesOf } from './tree.ts';

/** Between our mkdir and our open another runtime may remove the directory, as long as it is empty. */
const ATTEMPTS = 10;

/** A cgroup that is ready for CLONE_INTO_CGROUP. The caller closes `directory` and stores `cgroup`. */
export interface CreatedContainerCgroup {
  readonly cgroup: ContainerCgroup;
  readonly directory: Fd;
}

/**
 * Makes a container's cgroup with all that is missing above it, and makes sure that a container may start in it:
 * nobody in it, not frozen, and of a type that takes processes. Removes what it made when it fails.
 * @param root where cgroup2 is mounted, from `findHierarchy`
 * @param path from `cgroupPath`
 * @throws {CgroupError} when the cgroup cannot be used, {SystemError} when it cannot be made
 */
export function createCgroup(root: string, path: string): CreatedContainerCgroup {
  for (let attempt = 1; ; attempt++) {
    const created: CreatedCgroup[] = [];
    let directory: Fd | undefined;
    try {
      directory = makePath(root, path, created);
      assertUsable(directory.number, path);
      return { cgroup: { root, path, inode: inodeOf(directory.number), created }, directory };
    } catch (error) {
      directory?.close();
      removeCreated(root, created);
      if (!isErrno(error, 'ENOENT', 'ENODEV') || attempt === ATTEMPTS) throw error;
    }
  }
}

function makePath(root: string, path: string, created: CreatedCgroup[]): Fd {
  let current = openHierarchy(root);
  try {
    const parts = path.slice(1).split('/');
    for (const [index, part] of parts.entries()) {
      const next = openOrMake(current.number, part, (inode) =>
        created.push({ path: `/${parts.slice(0, index + 1).join('/')}`, inode }),
      );
      current.close();
      current = next;
    }
    return current;
  } catch (error) {
    current.close();
    throw error;
  }
}

function openOrMake(parentFd: number, name: string, onCreated: (inode: string) => void): Fd {
  try {
    return openBelow(parentFd, name);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  let isOurs = true;
  try {
    makeDirectory(name, 0o755, parentFd);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
    isOurs = false;
  }
  try {
    const fd = openBelow(parentFd, name);
    if (isOurs) onCreated(inodeOf(fd.number));
    return fd;
  } catch (error) {
    if (isOurs) removeAt(parentFd, name, true);
    throw error;
  }
}

function assertUsable(fd: number, path: string): void {
  const { populated, frozen } = readEvents(fd);
  if (populated) {
    throw unusable(`container's cgroup is not empty: ${processesOf(fd).length} process(es) found`, path);
  }
  if (frozen) throw unusable("container's cgroup unexpectedly frozen", path);
  const type = readCgroupFile(fd, 'cgroup.type').trim();
  if (type === 'domain') return;
  throw unusable(`cannot enter cgroup ${path}: it is in "${type}" mode and takes no processes of its own`, path);
}

function unusable(problem: string, path: string): CgroupError {
  return new CgroupError(`${problem}${problem.includes(path) ? '' : ` (cgroup ${path})`}; choose another path`, {
    configPath: 'linux.cgroupsPath',
  });
}
