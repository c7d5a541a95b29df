import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PR_SET_CHILD_SUBREAPER } from '../../native-bindings/kernel/prctl.ts';
import { openPidfd, reapPidfd } from '../../native-bindings/process.ts';
import { syscall } from '../../native-bindings/syscall.ts';
import { findHierarchy } from '../../src/cgroups/hierarchy.ts';

/**
 * What containers leave on the host. Processes are found as descendants of the test process, which makes itself the
 * reaper of orphans: whatever the runtime starts and forgets ends up below it.
 */

const hierarchy = findHierarchy();
/** Where cgroup2 is mounted, or the empty string. */
export const cgroupRoot = hierarchy.kind === 'none' ? '' : hierarchy.root;

/** Makes this process inherit what the runtime leaves behind. */
export function adoptOrphans(): void {
  syscall(undefined, 'prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly command: string;
}

function processes(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), parent: Number(parent), state, command }];
      } catch {
        return []; // Ended meanwhile.
      }
    });
}

/** The living processes below this one. Zombies among its own children are reaped first. */
export function descendants(): { pid: number; command: string }[] {
  const all = processes();
  const own = new Set([process.pid]);
  for (let grown = true; grown; ) {
    const before = own.size;
    for (const { pid, parent } of all) if (own.has(parent)) own.add(pid);
    grown = own.size > before;
  }
  own.delete(process.pid);
  const found = all.filter(({ pid }) => own.has(pid));
  for (const { pid, parent, state } of found) if (state === 'Z' && parent === process.pid) reap(pid);
  return found.filter(({ state }) => state !== 'Z').map(({ pid, command }) => ({ pid, command }));
}

function reap(pid: number): void {
  try {
    using pidfd = openPidfd(pid);
    if (pidfd) reapPidfd(pidfd.number, { hang: false });
  } catch {
    // The test runner was faster.
  }
}

/** The mounts of this process's mount namespace, without the numbers that change. */
export function mounts(): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  return lines.map((line) => line.split(' ').slice(2).join(' ')).sort();
}

/** The cgroups below the root whose name holds `part`. */
export function cgroupsNamed(part: string, root = cgroupRoot): string[] {
  if (root === '' || !existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [
      ...(name.includes(part) ? [join(root, name)] : []),
      ...cgroupsNamed(part, join(root, name)),
    ]);
}

/** The processes in a cgroup of the host, by pid. */
export function processesIn(cgroup: string): number[] {
  return readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
}
