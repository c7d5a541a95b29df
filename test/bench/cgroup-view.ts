import { existsSync } from 'node:fs';

const MARK = 'OCIRUN_BENCH_CGROUP2';
/** Seen by this process and its children alone: the host's mounts stay as they are. */
const ENTER = 'umount -l /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec "$@"';

export const isPureCgroup2 = () => existsSync('/sys/fs/cgroup/cgroup.procs');

/**
 * On hosts with cgroup v1 beside v2 the runtimes would do different things: there the benchmark runs itself again where
 * only cgroup2 is mounted.
 * @returns the exit status of that, undefined when this process is in the right place
 */
export function runWithCgroup2(command: readonly string[]): number | undefined {
  if (isPureCgroup2()) return undefined;
  if (process.env[MARK]) throw new Error('cgroup2 cannot be mounted on /sys/fs/cgroup');
  const child = Bun.spawnSync(['unshare', '-m', '--propagation', 'private', 'sh', '-c', ENTER, 'sh', ...command], {
    env: { ...process.env, [MARK]: '1' },
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  return child.exitCode;
}

/** How the host has its cgroups, for the head of the report. */
export const cgroupMode = () =>
  process.env[MARK] ? 'hybrid (measured with cgroup2 alone in a private mount namespace)' : 'v2';
