import { connectIn, unixSocket } from '../../native-bindings/unix-socket.ts';
import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { checkExec } from './exec-result.ts';
import { openInit } from './init-process.ts';
import { RuntimeError } from './runtime-error.ts';
import { runPoststartHooks, runStartContainerHooks } from './start-hooks.ts';
import { START_SOCKET, StateDirectory } from './state-directory.ts';
import { currentStatus, isAllowed, type Status } from './status.ts';
import type { StoredState } from './stored-state.ts';

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
  runStartContainerHooks(state, pidfd.number);
  letGo(directory, state);
  directory.removeStartSocket();
  runPoststartHooks(state, pidfd.number);
}

function wrongStatus(status: Status): RuntimeError {
  const texts: Partial<Record<Status, string>> = {
    stopped: 'cannot start a container that has stopped',
    running: 'cannot start an already running container',
    paused: 'cannot start a container in the paused state',
  };
  return new RuntimeError('WRONG_STATE', texts[status] ?? `cannot start a container in the ${status} state`);
}

/** Connects to init, which takes that as the word to go. @throws {RuntimeError} */
function letGo(directory: StateDirectory, { process }: StoredState): void {
  using socket = unixSocket();
  // Only init listens: when it is gone the kernel refuses.
  if (connectIn(socket, directory.fd.number, START_SOCKET) !== 0) throw wrongStatus('stopped');
  checkExec(socket, process.args[0] ?? '');
}
