import { decodeReply, REPLY_BYTES } from '../../native-bindings/executor/wire.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { readSome } from '../../native-bindings/files.ts';
import { describeErrno } from '../../native-bindings/kernel/errno.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import { signalPidfd } from '../../native-bindings/process.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { connectIn, unixSocket } from '../../native-bindings/unix-socket.ts';
import { EXEC_MARK } from '../plan/setup-plan.ts';
import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { hookState } from './hook-state.ts';
import { runHooks } from './hooks.ts';
import { lastCapability } from './host-facts.ts';
import { openInit } from './init-process.ts';
import { RuntimeError } from './runtime-error.ts';
import { START_SOCKET, StateDirectory } from './state-directory.ts';
import { currentStatus, isAllowed, type Status } from './status.ts';
import type { StoredState } from './stored-state.ts';

const SIGKILL = 9;
/** How long execve may take: the program may lie on a slow file system. */
const EXEC_TIMEOUT_MS = 60_000;

/**
 * Starts the user's program in a created container (runtime.md, "Start").
 * @throws {RuntimeError} when the container is not `created`, when a hook fails, when the program cannot be executed
 */
export async function startContainer(context: RuntimeContext, id: string): Promise<void> {
  checkContainerId(id);
  using directory = StateDirectory.open(context.root, id);
  directory.lock();
  const state = directory.load();
  const status = currentStatus(directory, state);
  if (!isAllowed('start', status)) throw wrongStatus(status);
  using pidfd = openInit(state.pid, state.startTime);
  if (!pidfd) throw wrongStatus('stopped');

  runStartContainerHooks(state, pidfd);
  letGo(directory);
  directory.removeStartSocket();
  const running = hookState({ ...state, status: 'running' });
  try {
    runHooks('poststart', state.hooks.poststart, running, { cwd: state.bundle });
  } catch (error) {
    // runtime.md, "Lifecycle", 9: a failed poststart hook stops the container.
    signalPidfd(pidfd.number, SIGKILL);
    throw error;
  }
}

function wrongStatus(status: Status): RuntimeError {
  const texts: Partial<Record<Status, string>> = {
    stopped: 'cannot start a container that has stopped',
    running: 'cannot start an already running container',
    paused: 'cannot start a container in the paused state',
  };
  return new RuntimeError('WRONG_STATE', texts[status] ?? `cannot start a container in the ${status} state`);
}

function runStartContainerHooks(state: StoredState, pidfd: Fd): void {
  if (state.hooks.startContainer.length === 0) return;
  const pid = state.ownPidNamespace ? 1 : state.pid;
  try {
    runHooks('startContainer', state.hooks.startContainer, hookState({ ...state, pid, status: 'created' }), {
      cwd: '/',
      container: {
        namespaces: state.namespaces,
        process: state.process,
        lastCapability: lastCapability(),
        canSetGroups: state.canSetGroups,
        initPidfd: pidfd.number,
      },
    });
  } catch (error) {
    signalPidfd(pidfd.number, SIGKILL);
    throw error;
  }
}

/** Connects to init, which takes that as the word to go, and waits until its program runs or has failed to. */
function letGo(directory: StateDirectory): void {
  using socket = unixSocket();
  const errno = -connectIn(socket, directory.fd.number, START_SOCKET);
  // Only init listens: when it is gone the kernel refuses.
  if (errno !== 0) throw wrongStatus('stopped');
  const answer = readUntilClosed(socket);
  if (answer.length === 0)
    throw new RuntimeError('WRONG_STATE', 'container init died before it could execute the program');
  if (answer.length < EXEC_MARK.length + REPLY_BYTES) return;
  const reply = decodeReply(answer.subarray(EXEC_MARK.length));
  throw new RuntimeError('KERNEL', `process.args: ${execFailure(-reply.result)}`, { configPath: 'process.args' });
}

function readUntilClosed(socket: Fd): Uint8Array {
  const wanted = EXEC_MARK.length + REPLY_BYTES;
  const deadline = performance.now() + EXEC_TIMEOUT_MS;
  let answer = new Uint8Array(0);
  while (answer.length < wanted) {
    const ready = pollReadable([socket.number], Math.max(0, deadline - performance.now()));
    if (ready.length === 0) {
      throw new RuntimeError(
        'TIMEOUT',
        `container init has not executed its program within ${EXEC_TIMEOUT_MS / 1000} s`,
      );
    }
    const chunk = readChunk(socket, wanted);
    if (chunk.length === 0) break;
    const all = new Uint8Array(answer.length + chunk.length);
    all.set(answer);
    all.set(chunk, answer.length);
    answer = all;
  }
  return answer;
}

/** A reset means that init died with the connection still in its queue: for the reader an end. */
function readChunk(socket: Fd, sizeBytes: number): Uint8Array {
  try {
    return readSome(socket.number, sizeBytes);
  } catch (error) {
    if (isErrno(error, 'ECONNRESET')) return new Uint8Array(0);
    throw error;
  }
}

function execFailure(errno: number): string {
  return `exec: ${describeErrno(errno)}`;
}
