import type { Fd } from '../../native-bindings/fd.ts';
import { fileSystemMagic, openFile } from '../../native-bindings/files.ts';
import { CGROUP2_SUPER_MAGIC } from '../../native-bindings/kernel/magic.ts';
import { O_DIRECTORY, O_PATH } from '../../native-bindings/kernel/open.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { CgroupError } from './cgroup-error.ts';

/**
 * Where this host has its cgroup2 file system. `hybrid` hosts have one beside the v1 controllers: it has cgroups,
 * cgroup.kill, the freezer and device programs, and lacks the controllers (memory, cpu, ...) that v1 holds.
 */
export type CgroupHierarchy =
  | { readonly kind: 'unified' | 'hybrid'; readonly root: string }
  | { readonly kind: 'none'; readonly reason: string };

/** Finds the cgroup2 file system. @param base for tests */
export function findHierarchy(base = '/sys/fs/cgroup'): CgroupHierarchy {
  if (isCgroup2(base)) return { kind: 'unified', root: base };
  if (isCgroup2(`${base}/unified`)) return { kind: 'hybrid', root: `${base}/unified` };
  return {
    kind: 'none',
    reason:
      `no cgroup2 file system is mounted on ${base} or ${base}/unified (a host with cgroup v1 only?); ` +
      'boot with systemd.unified_cgroup_hierarchy=1, or mount one: mount -t cgroup2 none /sys/fs/cgroup',
  };
}

function isCgroup2(path: string): boolean {
  try {
    using fd = openFile(path, O_PATH | O_DIRECTORY);
    return fileSystemMagic(fd.number) === CGROUP2_SUPER_MAGIC;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return false;
    throw error;
  }
}

/**
 * Opens the root of the hierarchy and makes sure that it is one: what is below is opened relative to this descriptor.
 * @throws {CgroupError} when something else is mounted there, {SystemError}
 */
export function openHierarchy(root: string): Fd {
  const fd = openFile(root, O_PATH | O_DIRECTORY);
  try {
    if (fileSystemMagic(fd.number) === CGROUP2_SUPER_MAGIC) return fd;
  } catch (error) {
    fd.close();
    throw error;
  }
  fd.close();
  throw new CgroupError(`${root} is no cgroup2 file system any more`);
}
