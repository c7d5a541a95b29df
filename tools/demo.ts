import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { changeConfig, makeRootfs, PROGRAM, WAITING } from './demo/bundle.ts';
import { hostFolders } from './demo/host-folders.ts';
import { footprintOf, leftovers } from './demo/leftovers.ts';
import { type Obstacle, obstacles, remarks, thisHost } from './demo/obstacles.ts';
import { planCalls, planExcerpt } from './demo/plan-excerpt.ts';
import { bad, explain, good, line, quote, step, title } from './demo/screen.ts';
import { Interrupted, type Outcome, Session } from './demo/session.ts';

/** `npm run demo`: the life of a container, command by command, on the host's own programs. Nothing is downloaded. */

const executable = join(dirname(import.meta.dirname), 'dist/ocirun');
const ID = 'hello';
const isRoot = process.geteuid?.() === 0;

/** A command of the walk failed: what it said. */
class Failed extends Error {}

async function main(): Promise<number> {
  if (!existsSync(executable)) {
    console.error(`${executable} is missing: run \`npm run build\` first`);
    return 1;
  }
  try {
    await using session = new Session(executable);
    await checkHost(session);
    await walk(session);
  } catch (error) {
    if (error instanceof Interrupted) {
      line('\nInterrupted: the container and the folder are gone.');
      return 128 + error.signal;
    }
    if (!(error instanceof Failed)) throw error;
    reportFailure(error.message);
    return 1;
  }
  line();
  line('That was it. README.md goes on from here: other bundles, the library for TypeScript, how it works.');
  return 0;
}

/** Runs a container that does nothing: when that works, the walk will. */
async function checkHost(session: Session): Promise<void> {
  makeRootfs(join(session.folder, 'bundle/rootfs'));
  await prepare(session, ['sh', '-c', ':']);
  session.owns('probe');
  check(await session.run(['--root', 'state', 'run', '--bundle', 'bundle', 'probe']));
}

async function prepare(session: Session, args: readonly string[]): Promise<Outcome> {
  const bundle = join(session.folder, 'bundle');
  rmSync(join(bundle, 'config.json'), { force: true });
  const outcome = check(await session.run(specCommand()));
  changeConfig(bundle, args);
  return outcome;
}

const specCommand = () => ['spec', ...(isRoot ? [] : ['--rootless']), '--bundle', 'bundle'];

async function walk(session: Session): Promise<void> {
  const folders = hostFolders().filter(({ kind }) => kind === 'folder');
  const names = folders.map(({ name }) => `/${name}`).join(', ');
  title(`A container, step by step, ${isRoot ? 'as root' : `as user ${process.geteuid?.()} without privileges`}`);
  line(`in ${session.folder}. Its root file system is a new folder, in which this host's ${names} can be read.`);

  step(shown(specCommand()));
  const spec = await prepare(session, ['sh', '-c', PROGRAM]);
  explain(
    'An example config.json. The demo adds the mounts and the program; there is no more to a bundle.',
    spec.durationMs,
  );

  const plan = await command(session, ['plan', '--bundle', 'bundle']);
  explain(
    `${planCalls(plan.stdout)} system calls, those for all that a host may lack included. Nothing ran.`,
    plan.durationMs,
  );
  explain('The part that mounts /proc:');
  quote(planExcerpt(plan.stdout));

  session.owns(ID);
  const create = await command(session, ['--root', 'state', 'create', '--bundle', 'bundle', ID], true);
  const { pid } = await state(session, 'created', () => {
    explain('Namespaces, mounts, user and capabilities are in place. The program has not run yet.', create.durationMs);
  });
  explain(`Process ${pid} waits for \`start\`${residentMemory(pid)}. Nothing else of ocirun is running.`);
  const footprint = footprintOf(pid);

  const start = await command(session, ['--root', 'state', 'start', ID]);
  explain('The waiting process became the program of config.json. It says:', start.durationMs);
  if (!(await session.until(() => session.output().includes(WAITING))))
    throw new Failed(`the container is silent: ${session.output()}`);
  const before = session.output();
  quote(before);
  await state(session, 'running', () => explain('The program is running.'));

  const kill = await command(session, ['--root', 'state', 'kill', ID, 'TERM']);
  explain('The program got the signal, and says:', kill.durationMs);
  await session.until(() => !isAlive(pid));
  quote(session.output().slice(before.length) || '(it said nothing)');
  await state(session, 'stopped', () => explain('Its end is seen from outside: no daemon has to watch.'));

  const deletion = await command(session, ['--root', 'state', 'delete', ID]);
  const removed = footprint.cgroup === undefined ? 'The state is' : 'The cgroup and the state are';
  explain(`${removed} removed; the mounts went with their namespace.`, deletion.durationMs);

  title('What is left behind');
  const found = leftovers(session.folder, footprint);
  for (const [what, isGone] of found) (isGone ? good : bad)(`${what}: ${isGone ? 'gone' : 'still there'}`);
  for (const { what, mend } of remarks(thisHost())) line(`\nBy the way: ${what}.\n     ${mend}`);
  if (found.some(([, isGone]) => !isGone)) throw new Failed('something was left behind');
}

/** Shows a command line and runs it. @throws {Failed} */
async function command(session: Session, args: readonly string[], containerOutput = false): Promise<Outcome> {
  step(shown(args));
  return check(await session.run(args, { containerOutput }), containerOutput ? session.output() : '');
}

const shown = (args: readonly string[]) => `ocirun ${args.join(' ')}`;

function check(outcome: Outcome, log = ''): Outcome {
  if (outcome.status !== 0)
    throw new Failed((outcome.stderr || log || outcome.stdout).trim() || `exit status ${outcome.status}`);
  return outcome;
}

async function state(session: Session, expected: string, before: () => void): Promise<{ pid: number }> {
  const isFirst = expected === 'created';
  if (isFirst) before();
  const { stdout, durationMs } = await command(session, ['--root', 'state', 'state', ID]);
  const found = JSON.parse(stdout) as { status: string; pid: number };
  if (isFirst) explain('The state, as engines read it:', durationMs);
  else before();
  quote(isFirst ? stdout : `"status": "${found.status}", "pid": ${found.pid}`);
  if (found.status !== expected) throw new Failed(`the container should be ${expected}, and is ${found.status}`);
  return found;
}

/** How much memory a process holds, in words; a user may not look closely at init, which is not dumpable. */
function residentMemory(pid: number): string {
  const rollup = readable(`/proc/${pid}/smaps_rollup`);
  const kilobytes =
    /^Rss:\s*(\d+) kB$/m.exec(rollup)?.[1] ?? /^VmRSS:\s*(\d+) kB$/m.exec(readable(`/proc/${pid}/status`))?.[1];
  return Number(kilobytes ?? 0) > 0 ? `, with ${kilobytes} kB of memory` : '';
}

function readable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  return /^State:\s*[^ZX\s]/m.test(readable(`/proc/${pid}/status`));
}

function reportFailure(message: string): void {
  title('This does not work here');
  line(message);
  const found: Obstacle[] = obstacles(thisHost());
  for (const { what, mend } of found) {
    bad(what);
    explain(`    mend it with:  ${mend}`);
  }
  if (found.length === 0) line('\nThe line above says what the kernel refused.');
  if (!isRoot) line('\nOr run it as root: sudo npm run demo');
}

process.exitCode = await main();
