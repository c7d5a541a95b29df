import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a container was made of outside of its namespaces, noted while it lives. */
export interface Footprint {
  readonly pid: number;
  /** Its cgroup's directory; undefined when it has none of its own. */
  readonly cgroup: string | undefined;
}

export function footprintOf(pid: number): Footprint {
  const [its, ours] = [cgroupOf(String(pid)), cgroupOf('self')];
  const root = existsSync('/sys/fs/cgroup/cgroup.procs') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/unified';
  return { pid, cgroup: its === undefined || its === ours ? undefined : join(root, its) };
}

function cgroupOf(pid: string): string | undefined {
  return /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1];
}

/** The host's mounts below a folder: a container's mounts belong to it alone, so there are none. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
}

/** For each thing that a container can leave behind: what it is, and whether it is gone. */
export function leftovers(folder: string, footprint: Footprint): (readonly [what: string, isGone: boolean])[] {
  const state = join(folder, 'state');
  const cgroup = footprint.cgroup;
  return [
    [`process ${footprint.pid}`, !isRunning(footprint.pid)],
    [`mounts below ${folder}`, mountsBelow(folder).length === 0],
    ...(cgroup === undefined ? [] : [[`cgroup ${cgroup}`, !existsSync(cgroup)] as const]),
    [`state in ${state}`, !existsSync(state) || readdirSync(state).length === 0],
  ];
}

function isRunning(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // A zombie waits for the host's init to notice; nothing of the container is left in it.
    return !['Z', 'X'].includes(text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3));
  } catch {
    return false;
  }
}
