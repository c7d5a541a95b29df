import type { RunnableConfig } from '../../config-schema/index.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import type { StoredCgroup } from './stored-state.ts';

/** The cgroup of a container that is being made. */
export interface ContainerCgroup {
  readonly fd: Fd;
  readonly stored: StoredCgroup;
  remove(): void;
}
export function makeCgroup(_config: RunnableConfig, _id: string): ContainerCgroup | undefined {
  return undefined;
}
export function attachDeviceRules(_cgroup: ContainerCgroup, _config: RunnableConfig): void {}
export function isCgroupFrozen(_path: string): boolean {
  return false;
}
export function killCgroup(_cgroup: StoredCgroup): void {}
export function removeCgroup(_cgroup: StoredCgroup): void {}
