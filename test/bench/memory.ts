import { existsSync, readFileSync } from 'node:fs';
import { command, type Rival, type Workplace } from './rivals.ts';

/** Memory of a created container's init, in kB. */
export interface InitMemory {
  readonly rss: number;
  /** Its own pages, and its share of those that others have mapped too. */
  readonly pss: number;
}

/** Creates a container, looks at the process that waits for `start`, and deletes it. @throws when that fails */
export function initMemory(rival: Rival, workplace: Workplace): InitMemory {
  const env = { ...process.env, ...rival.environment };
  const ocir = (...args: readonly string[]) => {
    const child = Bun.spawnSync(command(rival, workplace, ...args), { env, stdin: 'ignore' });
    if (!child.success) throw new Error(`${rival.name} ${args[0]}: ${child.stderr}`);
    return child.stdout.toString();
  };
  // The container keeps the output of `create` open: it must not be a pipe that is read to its end.
  const args = command(rival, workplace, 'create', '--bundle', workplace.bundle, 'memory');
  const created = Bun.spawnSync(args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
  if (!created.success) throw new Error(`${rival.name} create failed`);
  const { pid } = JSON.parse(ocir('state', 'memory')) as { pid: number };
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  ocir('delete', '--force', 'memory');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(rollup)?.[1]);
  return { rss: field('Rss'), pss: field('Pss') };
}

const TIME = '/usr/bin/time';
export const canMeasurePeak = () => existsSync(TIME);

/**
 * The largest resident size of a command and what it waits for, in MB. By time(1), which forks: a process made by vfork starts
 * with the peak of the process that made it, which here is an engine's.
 */
export function peakMegabytes(args: readonly string[], environment: Readonly<Record<string, string>>): number {
  const child = Bun.spawnSync([TIME, '-f', 'peak %M', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kilobytes = /^peak (\d+)$/m.exec(child.stderr.toString())?.[1];
  if (!child.success || kilobytes === undefined) throw new Error(`${args.join(' ')}: ${child.stderr}`);
  return Number(kilobytes) / 1024;
}
