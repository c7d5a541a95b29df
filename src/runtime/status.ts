import { isCgroupFrozen } from './container-cgroup.ts';
import { isAlive } from './init-process.ts';
import type { StateDirectory } from './state-directory.ts';
import type { StoredState } from './stored-state.ts';

/** runtime.md, "State", and `paused` by a frozen cgroup. `creating` is only seen by hooks. */
export type Status = 'creating' | 'created' | 'running' | 'paused' | 'stopped';

/** What each command allows: the whole state machine of runtime.md, "Operations". */
export const ALLOWED = {
  start: ['created'],
  kill: ['created', 'running', 'paused'],
  delete: ['created', 'stopped'],
} as const satisfies Record<string, readonly Status[]>;

/** Whether an operation is allowed in a status. */
export function isAllowed(operation: keyof typeof ALLOWED, status: Status): boolean {
  return (ALLOWED[operation] as readonly Status[]).includes(status);
}

/**
 * The status, derived anew from what is there and never from what was written: init's pid and start time, the frozen
 * cgroup, and the socket on which a created container waits.
 */
export function currentStatus(directory: StateDirectory, state: StoredState): Status {
  if (!isAlive(state.pid, state.startTime)) return 'stopped';
  if (state.cgroup && isCgroupFrozen(state.cgroup)) return 'paused';
  return directory.hasStartSocket ? 'created' : 'running';
}
