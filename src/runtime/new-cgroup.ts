import type { RunnableConfig } from '../../config-schema/index.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { applyDeviceControl, compileDeviceControl } from '../cgroups/device-control.ts';
import { ALL_ACCESS, type DeviceRule, parseDeviceRules } from '../cgroups/device-rules.ts';
import type { ContainerCgroup } from '../cgroups/directory.ts';
import { cgroupDemand, prepareCgroup } from '../cgroups/prepare.ts';
import { refusedResources } from '../cgroups/refused-resources.ts';
import { hasNewNamespace } from '../plan/namespaces.ts';
import type { RuntimeContext } from './context.ts';
import { RuntimeError } from './runtime-error.ts';
import { translated } from './translated-cgroup-error.ts';

/** What config.json wants of the cgroup, checked before anything is made. */
export interface CgroupWish {
  readonly deviceRules: readonly DeviceRule[];
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
      deviceRules: rules,
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
export function makeCgroup(context: RuntimeContext, wish: CgroupWish, id: string): NewCgroup | undefined {
  const hasDeviceRules = wish.deviceRules.length > 0;
  // On the safe side: rules that can only add to nothing-is-allowed do restrict.
  const opensAll = (rule: DeviceRule) =>
    rule.type === 'a' && rule.major === undefined && rule.minor === undefined && rule.access === ALL_ACCESS;
  const allowsEverything = wish.deviceRules.every((rule) => rule.allow) && wish.deviceRules.some(opensAll);
  const demandedBy = cgroupDemand({ ...wish, hasDeviceRules, allowsEverything });
  const prepared = translated(() => prepareCgroup({ id, cgroupsPath: wish.cgroupsPath, demandedBy }));
  if (prepared.kind === 'none') {
    const { rootless = 'auto' } = context;
    if (rootless === false) throw new RuntimeError('KERNEL', `${prepared.reason} (or use --rootless=true)`);
    // For users that is how things are; for root it is news.
    if (rootless === 'auto' && process.geteuid?.() === 0) context.warn(`running without a cgroup: ${prepared.reason}`);
    return undefined;
  }
  return { directory: prepared.directory, stored: prepared.cgroup };
}

/** Attaches the device rules. A container without any in its config is not restricted. @throws {RuntimeError} */
export function attachDeviceRules(cgroup: NewCgroup, wish: CgroupWish): void {
  if (wish.deviceRules.length === 0) return;
  translated(() => {
    const control = compileDeviceControl(wish.deviceRules, new Set());
    applyDeviceControl(cgroup.directory.number, control, { unprivileged: wish.unprivileged });
  });
}
