import type { Fd } from '../../native-bindings/fd.ts';
import { readDirectory, removeAt } from '../../native-bindings/files.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { isGone, openAbove, openBelow, readCgroupFile } from './directory.ts';

/**
 * Walks over the cgroups below one. A container that has its cgroup delegated can nest cgroups as deeply as it likes:
 * the walk holds one descriptor whatever the depth, and no path that could grow too long.
 */

const DT_DIR = 4;

interface Visitor {
  /** Called with each cgroup before those below it. */
  enter?(fd: number): void;
  /** Called with each cgroup below the top after those below it: its name and the descriptor of its parent. */
  leave?(parentFd: number, name: string): void;
}

function walk(topFd: number, visitor: Visitor): void {
  visitor.enter?.(topFd);
  /** Names still to be visited, for each level; the last one of a level is the one that is being visited. */
  const levels: string[][] = [childNames(topFd)];
  let current = openBelow(topFd, '.');
  try {
    for (let names = levels.at(-1); names !== undefined; names = levels.at(-1)) {
      const name = names.at(-1);
      if (name !== undefined) {
        const child = openIfThere(current.number, name);
        if (child === undefined) names.pop();
        else {
          current.close();
          current = child;
          visitor.enter?.(current.number);
          levels.push(childNames(current.number));
        }
      } else {
        levels.pop();
        if (levels.length === 0) return;
        const parent = openAbove(current.number);
        current.close();
        current = parent;
        const left = levels.at(-1)?.pop();
        if (left !== undefined) visitor.leave?.(current.number, left);
      }
    }
  } finally {
    current.close();
  }
}

function openIfThere(dirFd: number, name: string): Fd | undefined {
  try {
    return openBelow(dirFd, name);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function childNames(fd: number): string[] {
  try {
    using directory = openBelow(fd, '.');
    return readDirectory(directory.number).flatMap(({ name, type }) => (type === DT_DIR ? [name] : []));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/**
 * The processes of a cgroup and of all below it, as pids in the caller's pid namespace (0 for those that it cannot
 * see). Empty when the cgroup is gone.
 * @throws {SystemError}
 */
export function processesOf(topFd: number): number[] {
  const pids: number[] = [];
  walk(topFd, {
    enter(fd) {
      for (const line of readProcesses(fd).split('\n')) if (line !== '') pids.push(Number(line));
    },
  });
  return pids;
}

function readProcesses(fd: number): string {
  try {
    return readCgroupFile(fd, 'cgroup.procs');
  } catch (error) {
    // A threaded cgroup lists no processes (EOPNOTSUPP): they belong to the threaded domain above it, which lists them.
    if (isGone(error) || isErrno(error, 'EOPNOTSUPP')) return '';
    throw error;
  }
}

/** Removes the cgroups below one, deepest first. @throws {SystemError} EBUSY while one of them has processes */
export function removeBelow(topFd: number): void {
  walk(topFd, { leave: (parentFd, name) => void removeAt(parentFd, name, true) });
}
