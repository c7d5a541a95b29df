import { signalPidfd } from '../../native-bindings/process.ts';
import { killCgroup } from './container-cgroup.ts';
import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { openInit } from './init-process.ts';
import { RuntimeError } from './runtime-error.ts';
import { StateDirectory } from './state-directory.ts';
import { currentStatus, isAllowed } from './status.ts';

const SIGKILL = 9;

/**
 * Sends a signal to a container's init (runtime.md, "Kill"). SIGKILL for a container that shares its pid namespace goes to
 * all of its cgroup, because there the end of init does not end the others.
 * @param options.all accept a container that has stopped, and with SIGKILL end what is left of it
 * @throws {RuntimeError} `container not running`
 */
export async function killContainer(
  context: RuntimeContext,
  id: string,
  signal: number,
  options: { all: boolean },
): Promise<void> {
  checkContainerId(id);
  using directory = StateDirectory.open(context.root, id);
  const state = directory.load();
  const status = currentStatus(directory, state);
  const wholeCgroup = state.cgroup !== null && signal === SIGKILL && (!state.ownPidNamespace || options.all);
  if (!isAllowed('kill', status)) {
    if (!options.all) throw notRunning();
    if (wholeCgroup && state.cgroup) killCgroup(state.cgroup);
    return;
  }
  if (wholeCgroup && state.cgroup) {
    killCgroup(state.cgroup);
    return;
  }
  using pidfd = openInit(state.pid, state.startTime);
  if (!pidfd || !signalPidfd(pidfd.number, signal)) {
    if (!options.all) throw notRunning();
  }
}

function notRunning(): RuntimeError {
  return new RuntimeError('WRONG_STATE', 'container not running');
}
