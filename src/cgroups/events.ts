import { isGone, readCgroupFile, writeCgroupFile } from './directory.ts';

/** What the kernel tells of a cgroup and all below it (cgroup-v2.rst, "cgroup.events"). */
export interface CgroupEvents {
  /** There is a process in it or below it. */
  readonly populated: boolean;
  /** Its processes are stopped by the freezer: by its own cgroup.freeze, or by that of a cgroup above. */
  readonly frozen: boolean;
}

/** Reads cgroup.events. A cgroup that is gone is neither populated nor frozen. @throws {SystemError} */
export function readEvents(cgroupFd: number): CgroupEvents {
  try {
    return parseEvents(readCgroupFile(cgroupFd, 'cgroup.events'));
  } catch (error) {
    if (isGone(error)) return { populated: false, frozen: false };
    throw error;
  }
}

/** Reads the text of cgroup.events: a key and 0 or 1 on each line. */
export function parseEvents(text: string): CgroupEvents {
  const lines = text.split('\n');
  return { populated: lines.includes('populated 1'), frozen: lines.includes('frozen 1') };
}

/** Lets the processes run again, if the cgroup itself is what stops them. @throws {SystemError} */
export function thaw(cgroupFd: number): void {
  try {
    writeCgroupFile(cgroupFd, 'cgroup.freeze', '0');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
