import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { makeBundle } from './bundle.ts';
import { cgroupMode, runWithCgroup2 } from './cgroup-view.ts';
import { canMeasurePeak, initMemory, peakMegabytes } from './memory.ts';
import { benchOptions } from './options.ts';
import { type Row, type Target, table } from './report.ts';
import { command, findRivals, type Rival, type Workplace } from './rivals.ts';
import { type Summary, summarise } from './statistics.ts';
import { countSyscalls } from './syscalls.ts';
import { tasks, timeOf, timeTask } from './timing.ts';

/**
 * `npm run bench`: whole-process times, memory and system calls of ocirun beside runc and crun where they are installed.
 * `--quick` for a first look, `--runs N` for more than 100 of each. Needs root and a static busybox.
 */

const dist = join(dirname(dirname(import.meta.dirname)), 'dist');
const PROGRAM = '/bin/true';
const STATE_ID = 'state';

const TARGETS: Readonly<Record<string, readonly Target[]>> = {
  '`state`': [{ rival: 'crun', factor: 2 }],
  '`run`': [
    { rival: 'runc', factor: 0.5 },
    { rival: 'crun', factor: 1.3 },
  ],
  '`create`, `start`, `delete`': [{ rival: 'runc', factor: 0.8 }],
};
const INIT_TARGET: Target = { limit: 200 };
const SYSCALL_TARGET: Target = { limit: 150 };

// A root certificate to load costs an engine tens of milliseconds, and no container has anything to do with it.
delete process.env.NODE_EXTRA_CA_CERTS;

function main(): number {
  const options = benchOptions(process.argv.slice(2));
  const busybox = Bun.which('busybox');
  const lack = [
    [process.geteuid?.() === 0, 'run it as root'],
    [existsSync(join(dist, 'ocirun')), 'build first: npm run build'],
    [busybox, 'install a static busybox (Debian: apt install busybox-static)'],
  ].find(([has]) => !has)?.[1];
  if (lack || !busybox) {
    console.error(`the benchmark cannot run: ${lack}`);
    return 1;
  }
  const elsewhere = runWithCgroup2([process.execPath, import.meta.path, ...process.argv.slice(2)]);
  if (elsewhere !== undefined) return elsewhere;

  const folder = mkdtempSync('/run/ocirun-bench-');
  const workplace = { folder, bundle: join(folder, 'bundle') };
  let rivals: Rival[] = [];
  try {
    makeBundle(workplace.bundle, busybox, Bun.which('runc') ?? undefined);
    rivals = findRivals(installed(folder), workplace);
    printHead(rivals, options.runs, join(workplace.bundle, 'rootfs/bin/true'));
    const rows = [
      ...timeRows(rivals, workplace, options),
      ...memoryRows(rivals, workplace),
      ...syscallRows(rivals, workplace),
    ];
    console.log(
      `\n${table(
        rows,
        rivals.map(({ name }) => name),
      )}`,
    );
  } finally {
    for (const rival of rivals) removeContainers(rival, workplace);
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

/**
 * A copy of the executable and its addon, as an installation makes one. The build's own file can lie in the page cache in
 * small pieces, for its parts were written one by one, and then starts up to twice as slowly.
 */
function installed(folder: string): string {
  for (const name of ['ocirun', 'koffi.node']) copyFileSync(join(dist, name), join(folder, name));
  return join(folder, 'ocirun');
}

function printHead(rivals: readonly Rival[], runs: number, staticTrue: string): void {
  const spawn = summarise(Array.from({ length: runs }, () => timeOf([staticTrue])));
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n').length;
  console.log(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} CPUs, Linux ${release()}, ${mounts} mounts, cgroup ${cgroupMode()}`,
  );
  console.log(
    `Times in ms: medians of ${runs} interleaved runs of the whole process, tenth percentile in parentheses.`,
  );
  console.log(
    `Spawning a static program, which every time contains: ${spawn.median.toFixed(2)} (${spawn.p10.toFixed(2)}).`,
  );
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  console.log(
    `Load at the beginning: ${load} (above 0.5 the ratios say little: engines have more threads to wait for).`,
  );
  for (const { version, remark } of rivals) console.log(`- ${version}${remark ? ` (${remark})` : ''}`);
}

function timeRows(rivals: readonly Rival[], workplace: Workplace, options: { runs: number; batches: number }): Row[] {
  for (const rival of rivals)
    timeOf(command(rival, workplace, 'create', '--bundle', workplace.bundle, STATE_ID), rival.environment);
  return tasks(workplace, STATE_ID, options).map((task) => ({
    name: task.name,
    unit: 'ms',
    values: timeTask(task, rivals),
    targets: TARGETS[task.name] ?? [],
  }));
}

function memoryRows(rivals: readonly Rival[], workplace: Workplace): Row[] {
  const init = rivals.map((rival) => [rival.name, initMemory(rival, workplace)] as const);
  const rows: Row[] = [
    row(
      'waiting init, resident',
      'kB',
      init.map(([name, { rss }]) => [name, rss]),
      [INIT_TARGET],
    ),
    row(
      'waiting init, its share (PSS)',
      'kB',
      init.map(([name, { pss }]) => [name, pss]),
    ),
  ];
  if (!canMeasurePeak()) return rows;
  const peaks = (args: (rival: Rival) => readonly string[]) =>
    rivals.map((rival) => [rival.name, peakMegabytes(args(rival), rival.environment)] as const);
  return [
    row(
      'peak memory of `state`',
      'MB',
      peaks((rival) => command(rival, workplace, 'state', STATE_ID)),
    ),
    row(
      'peak memory of `run`',
      'MB',
      peaks((rival) => runCommand(rival, workplace)),
    ),
    ...rows,
  ];
}

function syscallRows(rivals: readonly Rival[], workplace: Workplace): Row[] {
  if (!Bun.which('strace')) return [];
  const counts = rivals.map(
    (rival) => [rival.name, countSyscalls(runCommand(rival, workplace), PROGRAM, rival.environment)] as const,
  );
  return [
    row(
      'system calls of the child, to its execve',
      '',
      counts.map(([name, { init }]) => [name, init]),
      [SYSCALL_TARGET],
    ),
    row(
      'system calls of stage 1',
      '',
      counts.flatMap(([name, { stage1 }]) => (stage1 === undefined ? [] : [[name, stage1]])),
    ),
    row(
      'system calls of `run`, all processes',
      '',
      counts.map(([name, { total }]) => [name, total]),
    ),
  ];
}

function runCommand(rival: Rival, workplace: Workplace): string[] {
  return command(rival, workplace, 'run', '--bundle', workplace.bundle, 'one');
}

function row(
  name: string,
  unit: string,
  values: readonly (readonly [string, Summary | number])[],
  targets: readonly Target[] = [],
): Row {
  return { name, unit, values: new Map(values), targets };
}

/** Deletes what an interrupted measurement has left. */
function removeContainers(rival: Rival, workplace: Workplace): void {
  const env = { ...process.env, ...rival.environment };
  const list = Bun.spawnSync(command(rival, workplace, 'list', '-q'), { env });
  for (const id of list.stdout.toString().split('\n').filter(Boolean)) {
    Bun.spawnSync(command(rival, workplace, 'delete', '--force', id), { env });
  }
}

process.exitCode = main();
