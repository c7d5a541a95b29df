import { pollReadable } from '../../native-bindings/poll.ts';
import { signalPidfd } from '../../native-bindings/process.ts';
import { killCgroup, removeCgroup } from './container-cgroup.ts';
import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { hookState } from './hook-state.ts';
import { runHook } from './hooks.ts';
import { openInit, reapInit } from './init-process.ts';
import { RuntimeError } from './runtime-error.ts';
import { StateDirectory } from './state-directory.ts';
import { currentStatus, isAllowed } from './status.ts';
import type { StoredState } from './stored-state.ts';

const SIGKILL = 9;
/** How long init may take to die: it may hang in the kernel, in the teardown of its mounts. */
const DEATH_TIMEOUT_MS = 10_000;

/**
 * Deletes a container (runtime.md, "Delete"): a stopped or created one, with `force` any. Needs neither the bundle nor
 * the cgroup to be there any more, and can be repeated after a failure.
 * @throws {RuntimeError}
 */
export async function deleteContainer(context: RuntimeContext, id: string, options: { force: boolean }): Promise<void> {
  checkContainerId(id);
  using directory = openDirectory(context, id, options.force);
  if (!directory) return;
  directory.lock();
  const state = loadForDeletion(directory, options.force);
  if (!state) return;
  const status = currentStatus(directory, state);
  if (!options.force && !isAllowed('delete', status)) {
    throw new RuntimeError('WRONG_STATE', `cannot delete container ${id} that is not stopped: ${status}`);
  }
  destroy(context, directory, state);
}

/** Ends what is left of a container and removes all that was made for it. */
export function destroy(context: RuntimeContext, directory: StateDirectory, state: StoredState): void {
  directory.lock();
  // `run` and `delete` may both have come here: the first one does it, with its poststop hooks.
  if (directory.isRemoved) return;
  endInit(state);
  if (state.cgroup) {
    if (!state.ownPidNamespace) killCgroup(state.cgroup);
    removeCgroup(state.cgroup);
  }
  directory.remove();
  const stopped = hookState({ ...state, status: 'stopped' });
  for (const [index, hook] of state.hooks.poststop.entries()) {
    try {
      runHook('poststop', index, hook, stopped, { cwd: '/' });
    } catch (error) {
      // runtime.md, "Lifecycle", 13: the other hooks and the operation go on.
      context.warn(error instanceof Error ? error.message : String(error));
    }
  }
}

function openDirectory(context: RuntimeContext, id: string, force: boolean): StateDirectory | undefined {
  try {
    return StateDirectory.open(context.root, id);
  } catch (error) {
    if (force && error instanceof RuntimeError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * The state, or undefined when there is nothing left to do: a directory without a state file is what a create that was
 * killed leaves, and its init has ended with the channel. A damaged file is removed by `force` only, with all that is in
 * the cgroup.
 */
function loadForDeletion(directory: StateDirectory, force: boolean): StoredState | undefined {
  try {
    return directory.load();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    if (error.code === 'NOT_FOUND' || force) removeRemains(directory);
    if (!force) throw error;
    return undefined;
  }
}

function removeRemains(directory: StateDirectory): void {
  const cgroup = directory.notedCgroup();
  if (cgroup) {
    killCgroup(cgroup);
    removeCgroup(cgroup);
  }
  directory.remove();
}

function endInit(state: StoredState): void {
  using pidfd = openInit(state.pid, state.startTime);
  if (pidfd) {
    signalPidfd(pidfd.number, SIGKILL);
    if (pollReadable([pidfd.number], DEATH_TIMEOUT_MS).length === 0) {
      throw new RuntimeError('TIMEOUT', 'container init still running');
    }
  }
  reapInit(state.pid, state.startTime);
}
