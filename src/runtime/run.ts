import { PR_SET_CHILD_SUBREAPER } from '../../native-bindings/kernel/prctl.ts';
import { SIGNALS } from '../../native-bindings/kernel/signal.ts';
import { pollReadable, pollReadableLater } from '../../native-bindings/poll.ts';
import { reapPidfd, signalPidfd } from '../../native-bindings/process.ts';
import { syscall } from '../../native-bindings/syscall.ts';
import type { RuntimeContext } from './context.ts';
import { type CreateOptions, type Creation, create } from './create.ts';
import { destroy } from './delete.ts';
import type { Init } from './launch.ts';
import { writePidFile } from './pid-file.ts';
import { runPoststartHooks, runStartContainerHooks } from './start-hooks.ts';

export interface RunOptions extends CreateOptions {
  /** Return when the program runs. */
  readonly detach: boolean;
  /** Leave the stopped container for a later `delete`. */
  readonly keep: boolean;
  readonly noSubreaper: boolean;
}

/** How long to wait for init without letting the event loop run. */
const SYNCHRONOUS_MS = 2;

/** Signals that are not for the container: SIGCHLD and SIGURG come from elsewhere, the others cannot be caught. */
const NOT_FORWARDED = new Set([
  'SIGKILL',
  'SIGSTOP',
  'SIGCHLD',
  'SIGURG',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGPROF',
]);

/**
 * Creates and starts a container and, unless detached, waits for its end, forwards signals to it and deletes it.
 * @returns the exit status of its program, 128 + n when signal n ended it; 0 when detached
 * @throws {RuntimeError}
 */
export async function runContainer(context: RuntimeContext, options: RunOptions): Promise<number> {
  if (!options.detach && !options.noSubreaper) {
    syscall(undefined, 'prctl', PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }
  using creation = create(context, options);
  const { init } = creation;
  if (options.pidFile) writePidFile(options.pidFile, init.pid);
  // From here on the container exists: a failure takes the way of `delete`, with its poststop hooks.
  creation.complete();
  const forwarding = options.detach ? undefined : forwardSignals(init);
  try {
    const status = await executeAndWait(context, creation, options);
    if (!options.detach && !options.keep) destroy(context, creation.directory, creation.state);
    return status;
  } finally {
    forwarding?.stop();
  }
}

/** Lets the program run, to its end unless detached. A failure undoes the container. */
async function executeAndWait(context: RuntimeContext, creation: Creation, { detach }: RunOptions): Promise<number> {
  const { init, directory, state } = creation;
  try {
    directory.removeStartSocket();
    runStartContainerHooks(state, init.pidfd.number);
    creation.launched.exec();
    runPoststartHooks(state, init.pidfd.number);
    return detach ? 0 : await exitStatus(init);
  } catch (error) {
    signalPidfd(init.pidfd.number, SIGNALS.SIGKILL);
    reapPidfd(init.pidfd.number, { hang: true });
    destroy(context, directory, state);
    throw error;
  }
}

/** Waits for init's end without stopping the event loop, which signals need. */
async function exitStatus({ pidfd }: Init): Promise<number> {
  // Short programs have ended by now: another thread would cost more than the rest of the wait.
  if (pollReadable([pidfd.number], SYNCHRONOUS_MS).length === 0) await pollReadableLater(pidfd.number);
  const exit = reapPidfd(pidfd.number, { hang: true });
  if (exit?.kind === 'exited') return exit.status;
  return 128 + (exit?.signal ?? 0);
}

function forwardSignals({ pidfd }: Init): { stop: () => void } {
  const handlers = Object.entries(SIGNALS)
    .filter(([name]) => !NOT_FORWARDED.has(name))
    .map(([name, number]) => [name as NodeJS.Signals, () => void signalPidfd(pidfd.number, number)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    stop: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
