import { isErrno } from '../../native-bindings/system-error.ts';
import { CgroupError } from './cgroup-error.ts';
import type { CreatedContainerCgroup } from './create.ts';
import { createCgroup } from './create.ts';
import type { CgroupHierarchy } from './hierarchy.ts';
import { findHierarchy } from './hierarchy.ts';
import { cgroupPath, ownCgroup } from './path.ts';

export interface CgroupRequest {
  /** The container's id: the cgroup's name where config.json has no `linux.cgroupsPath`. */
  readonly id: string;
  readonly cgroupsPath: string | null | undefined;
  /** From `cgroupDemand`: the part of config.json that cannot be had without a cgroup. */
  readonly demandedBy: string | undefined;
  /** For tests; `findHierarchy()` by default. */
  readonly hierarchy?: CgroupHierarchy;
}

/** `none`: the container runs in the runtime's own cgroup, and `reason` is worth a warning. */
export type PreparedCgroup =
  | ({ readonly kind: 'cgroup' } & CreatedContainerCgroup)
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Makes the cgroup that a container asks for, or decides that it runs without one: on a host without cgroup2, and for
 * a user who may not make cgroups, as long as nothing in config.json needs one.
 * @throws {CgroupError} that names the part of config.json that needs a cgroup, {SystemError}
 */
export function prepareCgroup(request: CgroupRequest): PreparedCgroup {
  const hierarchy = request.hierarchy ?? findHierarchy();
  if (hierarchy.kind === 'none') return without(request, hierarchy.reason);
  const path = cgroupPath(request.cgroupsPath, request.id, ownCgroup);
  try {
    return { kind: 'cgroup', ...createCgroup(hierarchy.root, path) };
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    const reason =
      `cannot make cgroup ${path}: ${error.message}; run as root, or in a cgroup that is delegated to you ` +
      '(systemd-run --user --scope -p Delegate=yes ...)';
    return without(request, reason, error);
  }
}

function without({ demandedBy }: CgroupRequest, reason: string, cause?: unknown): PreparedCgroup {
  if (demandedBy === undefined) return { kind: 'none', reason };
  throw new CgroupError(`${demandedBy} needs a cgroup: ${reason}`, { configPath: demandedBy, cause });
}

/**
 * The part of config.json that a container cannot have without a cgroup, as a path, or undefined.
 * @param asked.hasDeviceRules `linux.resources.devices` is not empty
 * @param asked.allowsEverything from `compileDeviceControl`
 * @param asked.unprivileged see `applyDeviceControl`
 */
export function cgroupDemand(asked: {
  readonly cgroupsPath: string | null | undefined;
  readonly hasDeviceRules: boolean;
  readonly allowsEverything: boolean;
  readonly unprivileged: boolean;
}): string | undefined {
  if (asked.cgroupsPath) return 'linux.cgroupsPath';
  if (asked.hasDeviceRules && !asked.allowsEverything && !asked.unprivileged) return 'linux.resources.devices';
  return undefined;
}
