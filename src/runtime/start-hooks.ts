import { signalPidfd } from '../../native-bindings/process.ts';
import { hookState } from './hook-state.ts';
import { runHooks } from './hooks.ts';
import { lastCapability } from './host-facts.ts';
import type { StoredState } from './stored-state.ts';

const SIGKILL = 9;

/**
 * Runs the startContainer hooks, in the container and as its user. A failure ends the container (runtime.md, "Lifecycle", 7).
 * @throws {RuntimeError}
 */
export function runStartContainerHooks(state: StoredState, initPidfd: number): void {
  const hooks = state.hooks.startContainer;
  if (hooks.length === 0) return;
  const pid = state.ownPidNamespace ? 1 : state.pid;
  orKill(initPidfd, () =>
    runHooks('startContainer', hooks, hookState({ ...state, pid, status: 'created' }), {
      cwd: '/',
      container: {
        namespaces: state.namespaces,
        process: state.process,
        lastCapability: lastCapability(),
        canSetGroups: state.canSetGroups,
        initPidfd,
      },
    }),
  );
}

/**
 * Runs the poststart hooks, on the host. A failure ends the container (runtime.md, "Lifecycle", 9, since 1.3).
 * @throws {RuntimeError}
 */
export function runPoststartHooks(state: StoredState, initPidfd: number): void {
  const hooks = state.hooks.poststart;
  if (hooks.length === 0) return;
  orKill(initPidfd, () =>
    runHooks('poststart', hooks, hookState({ ...state, status: 'running' }), { cwd: state.bundle }),
  );
}

function orKill(initPidfd: number, work: () => void): void {
  try {
    work();
  } catch (error) {
    signalPidfd(initPidfd, SIGKILL);
    throw error;
  }
}
