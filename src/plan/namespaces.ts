import type { Config, Namespace } from '../../config-schema/index.ts';
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
} from '../../native-bindings/kernel/clone.ts';

export type NamespaceType = Namespace['type'];

const FLAGS: Readonly<Record<NamespaceType, number>> = {
  pid: CLONE_NEWPID,
  network: CLONE_NEWNET,
  mount: CLONE_NEWNS,
  ipc: CLONE_NEWIPC,
  uts: CLONE_NEWUTS,
  user: CLONE_NEWUSER,
  cgroup: CLONE_NEWCGROUP,
  time: CLONE_NEWTIME,
};

/** Whether config.json asks for a namespace of its own of this type (no path to an existing one). */
export function hasNewNamespace(config: Config, type: NamespaceType): boolean {
  return (config.linux?.namespaces ?? []).some((namespace) => namespace.type === type && !namespace.path);
}

/**
 * The flags of the clone3 that makes init. The cgroup namespace is not among them: its root would be the cgroup of the
 * process that clones, since CLONE_INTO_CGROUP takes effect later in the kernel; init unshares it by itself.
 */
export function cloneFlags(config: Config): number {
  let flags = 0;
  for (const { type } of config.linux?.namespaces ?? []) if (type !== 'cgroup') flags |= FLAGS[type];
  return flags;
}
