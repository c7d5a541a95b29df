import { Executor } from '../../native-bindings/executor/channel.ts';
import { Fd } from '../../native-bindings/fd.ts';
import { writeAll } from '../../native-bindings/files.ts';
import { describeErrno } from '../../native-bindings/kernel/errno.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import { type Exit, openPidfd, reapPidfd } from '../../native-bindings/process.ts';
import { syscall, trySyscall } from '../../native-bindings/syscall.ts';
import { callSubject } from '../plan/describe/call-text.ts';
import { INIT_PIDFD, type ProgramPlan } from '../plan/program-plan.ts';
import { ProgramOutput } from './program-output.ts';

const SIGKILL = 9;
const MFD_CLOEXEC = 1;
/** How long an executor may take to turn into the program. */
const EXEC_TIMEOUT_MS = 30_000;

export interface ProgramRun {
  readonly plan: ProgramPlan;
  /** What the program reads from its standard input. */
  readonly input: string;
  /** For a plan that joins a container's namespaces. */
  readonly initPidfd?: number;
  /** After this time the program and all of its session are killed. */
  readonly timeoutMs?: number;
}

/** How a program ended, and the last of what it wrote. */
export interface ProgramResult {
  /** What went wrong; undefined when it ended with status 0. */
  readonly problem: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end: a hook, or one of the host's setuid helpers. @throws {SystemError} */
export function runProgram(run: ProgramRun): ProgramResult {
  using input = inputFile(run.input);
  using stdout = new ProgramOutput();
  using stderr = new ProgramOutput();
  const fds = new Map([
    [0, input.number],
    [1, stdout.writer.number],
    [2, stderr.writer.number],
  ]);
  if (run.initPidfd !== undefined) fds.set(INIT_PIDFD, run.initPidfd);
  using executor = Executor.spawn(fds);
  stdout.writer.close();
  stderr.writer.close();
  const problem = follow(executor, run, [stdout, stderr]);
  return { problem, stdout: stdout.text, stderr: stderr.text };
}

/** A text in a memory file: unlike a pipe it never blocks, however much a program leaves unread. */
function inputFile(text: string): Fd {
  const file = new Fd(syscall('input', 'memfd_create', 'ocirun-input', MFD_CLOEXEC));
  writeAll(file.number, text);
  syscall('input', 'lseek', file.number, 0, 0);
  return file;
}

/** Turns the executor into the program and waits for its end. Returns what went wrong. */
function follow(executor: Executor, run: ProgramRun, streams: readonly ProgramOutput[]): string | undefined {
  const { plan, timeoutMs } = run;
  executor.send(plan.steps.map((step) => step.call));
  let pid = plan.clone === undefined ? executor.pid : undefined;
  for (let reply = executor.receive(EXEC_TIMEOUT_MS); reply; reply = executor.receive(EXEC_TIMEOUT_MS)) {
    if (reply.index === plan.clone && reply.result > 0) {
      pid = reply.result;
      continue;
    }
    const call = plan.steps[reply.index]?.call;
    if (pid !== undefined && pid !== executor.pid) reap(pid, executor);
    return `${call ? callSubject(call) : 'executor'}: ${describeErrno(-reply.result)}`;
  }
  if (pid === undefined) return 'the process that should have become the program died';
  using pidfd = openPidfd(pid);
  if (!pidfd) return 'the process that should have become the program vanished';
  const deadline = timeoutMs === undefined ? undefined : performance.now() + timeoutMs;
  const inTime = waitForEnd(pidfd.number, streams, deadline);
  if (!inTime) trySyscall('kill', -pid, SIGKILL);
  const exit = pid === executor.pid ? executor.reap() : reapPidfd(pidfd.number, { hang: true });
  for (const stream of streams) stream.drain();
  if (!inTime) return `hook ran past specified timeout of ${((timeoutMs ?? 0) / 1000).toFixed(1)}s`;
  return describeExit(exit);
}

/** Waits until the process has ended, taking its output meanwhile. False when the time ran out. */
function waitForEnd(pidfd: number, streams: readonly ProgramOutput[], deadline: number | undefined): boolean {
  for (;;) {
    const open = streams.filter((stream) => !stream.ended);
    const left = deadline === undefined ? -1 : Math.max(0, deadline - performance.now());
    const ready = pollReadable([pidfd, ...open.map((stream) => stream.reader.number)], left);
    for (const stream of open) stream.drain();
    // Only the process itself counts: what it left in the background may keep the pipes open for ever.
    if (ready.includes(pidfd)) return true;
    if (ready.length === 0) return false;
  }
}

function describeExit(exit: Exit | undefined): string | undefined {
  if (exit?.kind === 'exited') return exit.status === 0 ? undefined : `exit status ${exit.status}`;
  return exit ? `killed by signal ${exit.signal}` : 'its end could not be observed';
}

/** Ends and reaps a process that was cloned but did not become a hook. */
function reap(pid: number, executor: Executor): void {
  executor.channel.close();
  using pidfd = openPidfd(pid);
  if (pidfd) reapPidfd(pidfd.number, { hang: true });
}
