import type { RunnableConfig } from '../../config-schema/index.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { CgroupError } from '../cgroups/cgroup-error.ts';
import { applyDeviceControl, compileDeviceControl, type DeviceControl } from '../cgroups/device-control.ts';
import { parseDeviceRules } from '../cgroups/device-rules.ts';
import { type ContainerCgroup, openCgroup } from '../cgroups/directory.ts';
import { readEvents } from '../cgroups/events.ts';
import { killCgroup as killAll } from '../cgroups/kill.ts';
import { cgroupDemand, prepareCgroup } from '../cgroups/prepare.ts';
import { refusedResources } from '../cgroups/refused-resources.ts';
import { removeCgroup as removeDirectories } from '../cgroups/remove.ts';
import { hasNewNamespace } from '../plan/namespaces.ts';
import { RuntimeError } from './runtime-error.ts';

/** What config.json wants of the cgroup, checked before anything is made. */
export interface CgroupWish {
  readonly devices: DeviceControl;
  readonly hasDeviceRules: boolean;
  readonly cgroupsPath: string | undefined;
  /** Device programs need privilege on the host: without it they are left out, as mknod and the like are not to be had either. */
  readonly unprivileged: boolean;
}

/** The cgroup of a container that is being made. */
export interface NewCgroup {
  readonly directory: Fd;
  readonly stored: ContainerCgroup;
}

/** @throws {RuntimeError} that names every limit which is not supported, every wrong device rule */
export function cgroupWish(config: RunnableConfig, euid: number): CgroupWish {
  const resources = config.linux?.resources;
  const refused = refusedResources(resources);
  if (refused.length > 0) throw new RuntimeError('UNSUPPORTED', refused.map(({ message }) => message).join('; '));
  return translated(() => {
    const rules = parseDeviceRules(resources?.devices ?? []);
    return {
      devices: compileDeviceControl(rules, new Set()),
      hasDeviceRules: rules.length > 0,
      cgroupsPath: config.linux?.cgroupsPath,
      unprivileged: euid !== 0 || hasNewNamespace(config, 'user'),
    };
  });
}

/**
 * Makes the cgroup, or finds that the container can do without one on this host.
 * @returns undefined without a cgroup; then the devices of the host are as open as its file permissions are
 * @throws {RuntimeError}
 */
export function makeCgroup(wish: CgroupWish, id: string): NewCgroup | undefined {
  const demandedBy = cgroupDemand({ ...wish, allowsEverything: wish.devices.allowsEverything });
  const prepared = translated(() => prepareCgroup({ id, cgroupsPath: wish.cgroupsPath, demandedBy }));
  if (prepared.kind === 'none') return undefined;
  return { directory: prepared.directory, stored: prepared.cgroup };
}

/** Attaches the device rules. A container without any in its config is not restricted. @throws {RuntimeError} */
export function attachDeviceRules(cgroup: NewCgroup, wish: CgroupWish): void {
  if (!wish.hasDeviceRules) return;
  translated(() => applyDeviceControl(cgroup.directory.number, wish.devices, { unprivileged: wish.unprivileged }));
}

/** Whether the processes of a cgroup are frozen. A cgroup that is gone is not. */
export function isCgroupFrozen(cgroup: ContainerCgroup): boolean {
  using directory = openCgroup(cgroup);
  return directory !== undefined && readEvents(directory.number).frozen;
}

/** Kills every process in the cgroup and below it, also frozen ones. @throws {RuntimeError} */
export function killCgroup(cgroup: ContainerCgroup): void {
  using directory = openCgroup(cgroup);
  if (directory) translated(() => killAll(directory.number));
}

/** Removes what was made for the container. @throws {RuntimeError} */
export function removeCgroup(cgroup: ContainerCgroup): void {
  translated(() => removeDirectories(cgroup));
}

function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CgroupError)) throw error;
    const path = error.configPath === undefined ? {} : { configPath: error.configPath };
    throw new RuntimeError('KERNEL', error.message, { ...path, cause: error });
  }
}
