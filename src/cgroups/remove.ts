import { removeAt } from '../../native-bindings/files.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { detachDevicePrograms } from './attach-devices.ts';
import { CgroupError } from './cgroup-error.ts';
import type { ContainerCgroup, CreatedCgroup } from './directory.ts';
import { inodeOf, isGone, openBelow, openCgroup } from './directory.ts';
import { readEvents, thaw } from './events.ts';
import { openHierarchy } from './hierarchy.ts';
import { processesOf, removeBelow } from './tree.ts';

/** Killed processes leave their cgroup only when they are dead, which takes milliseconds, and longer under load. */
const DEFAULT_TIMEOUT_MS = 2000;
const MAX_PAUSE_MS = 512;

/**
 * Removes a container's cgroup: those that the container made below it, the cgroup itself, and what was made above it,
 * as far as nobody else uses it. What was there before the container stays, without the container's device program.
 * Thaws first; kills nobody. What is gone already is fine.
 * @param timeoutMs how long to wait for dying processes, in pauses that double from 1 ms
 * @throws {CgroupError} when processes remain, {SystemError}
 */
export function removeCgroup(cgroup: ContainerCgroup, timeoutMs = DEFAULT_TIMEOUT_MS): void {
  const isOurs = cgroup.created.some(({ path }) => path === cgroup.path);
  // Most are empty by now: the kernel says so for the price of one call.
  if (isOurs && isRemoved(cgroup)) {
    removeAbove(cgroup);
    return;
  }
  using directory = openCgroup(cgroup);
  if (directory !== undefined) {
    if (readEvents(directory.number).frozen) thaw(directory.number);
    retryWhileBusy(timeoutMs, cgroup.path, directory.number, () => {
      removeBelow(directory.number);
      if (isOurs) removeOne(cgroup.root, cgroup.path, cgroup.inode);
    });
    if (!isOurs) detachAsFarAsAllowed(directory.number);
  }
  removeAbove(cgroup);
}

/** Tries to remove the cgroup itself. False when somebody or something is in it. */
function isRemoved({ root, path, inode }: ContainerCgroup): boolean {
  try {
    removeOne(root, path, inode);
    return true;
  } catch (error) {
    if (isErrno(error, 'EBUSY', 'ENOTEMPTY')) return false;
    throw error;
  }
}

function removeAbove(cgroup: ContainerCgroup): void {
  removeCreated(
    cgroup.root,
    cgroup.created.filter(({ path }) => path !== cgroup.path),
  );
}

/** Removes directories that were made, innermost first, and leaves those that others use by now. @throws {SystemError} */
export function removeCreated(root: string, created: readonly CreatedCgroup[]): void {
  for (const { path, inode } of created.toReversed()) {
    try {
      removeOne(root, path, inode);
    } catch (error) {
      if (!isErrno(error, 'EBUSY', 'ENOTEMPTY')) throw error;
      return;
    }
  }
}

function removeOne(root: string, path: string, inode: string): void {
  const cut = path.lastIndexOf('/');
  const name = path.slice(cut + 1);
  try {
    using top = openHierarchy(root);
    using parent = openBelow(top.number, `.${path.slice(0, cut)}`);
    using found = openBelow(parent.number, name);
    if (inodeOf(found.number) === inode) removeAt(parent.number, name, true);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function retryWhileBusy(timeoutMs: number, path: string, fd: number, remove: () => void): void {
  const end = Date.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
    try {
      remove();
      return;
    } catch (error) {
      if (!isErrno(error, 'EBUSY', 'ENOTEMPTY')) throw error;
      if (Date.now() >= end) throw stillBusy(path, processesOf(fd), error);
    }
    pollReadable([], Math.min(pauseMs, Math.max(1, end - Date.now())));
  }
}

function stillBusy(path: string, pids: readonly number[], cause: Error): CgroupError {
  const some = pids.slice(0, 5).join(', ');
  return new CgroupError(
    `cannot remove cgroup ${path}: ` +
      (pids.length === 0
        ? cause.message
        : `${pids.length} process(es) still in it (pid ${some}${pids.length > 5 ? ', ...' : ''})`),
    { cause },
  );
}

/** Rootless there is no program of ours, and the kernel does not tell whether there is one. */
function detachAsFarAsAllowed(fd: number): void {
  try {
    detachDevicePrograms(fd);
  } catch (error) {
    if (!isGone(error) && !isErrno(error, 'EPERM', 'EACCES', 'EINVAL', 'ENOSYS')) throw error;
  }
}
