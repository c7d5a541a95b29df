import type { Config } from '../../config-schema/index.ts';
import { hasCapability } from '../../native-bindings/capabilities.ts';
import { Fd } from '../../native-bindings/fd.ts';
import { readLink, readTextFile, statusAt } from '../../native-bindings/files.ts';
import { CAPABILITIES } from '../../native-bindings/kernel/capability.ts';
import { AT_FDCWD, O_CLOEXEC, O_PATH, S_IFDIR, S_IFMT } from '../../native-bindings/kernel/open.ts';
import { RLIMITS } from '../../native-bindings/kernel/rlimit.ts';
import { limitOf } from '../../native-bindings/process.ts';
import { trySyscall } from '../../native-bindings/syscall.ts';
import { findHierarchy } from '../cgroups/hierarchy.ts';
import type { HostFacts } from '../plan/facts.ts';
import { parseMountOptions } from '../plan/mounts/options.ts';

/** Gathers what planning has to know of the host. */
export function gatherHostFacts(config: Config, bundle: string): HostFacts {
  const hierarchy = findHierarchy();
  return {
    euid: process.geteuid?.() ?? 0,
    egid: process.getegid?.() ?? 0,
    fileSources: fileSources(config, bundle),
    canMakeDevices: isInHostUserNamespace() && hasCapability('CAP_MKNOD'),
    hasKcore: exists('/proc/kcore'),
    lastCapability: lastCapability(),
    cgroupRoot: hierarchy.kind === 'none' ? undefined : hierarchy.root,
    openFiles: openFilesOfCaller(),
  };
}

/** user_namespaces(7): the inode number of the first one is a constant of the kernel (PROC_USER_INIT_INO). */
const HOST_USER_NAMESPACE = 'user:[4026531837]';

function isInHostUserNamespace(): boolean {
  return readLink('/proc/self/ns/user') === HOST_USER_NAMESPACE;
}

/** The bind sources that are not directories, as absolute paths. Missing ones are left to the plan, which names them. */
function fileSources(config: Config, bundle: string): ReadonlySet<string> {
  const files = new Set<string>();
  for (const mount of config.mounts ?? []) {
    if (!mount.source || !parseMountOptions(mount.options ?? []).bind) continue;
    const path = mount.source.startsWith('/') ? mount.source : `${bundle}/${mount.source}`;
    const number = trySyscall('openat', AT_FDCWD, path, O_PATH | O_CLOEXEC, 0);
    if (number < 0) continue;
    using fd = new Fd(number);
    if ((statusAt(fd.number).mode & S_IFMT) !== S_IFDIR) files.add(path);
  }
  return files;
}

function exists(path: string): boolean {
  return trySyscall('faccessat2', AT_FDCWD, path, 0, 0) === 0;
}

/** The highest capability number that both the kernel and ocirun know. @throws {SystemError} */
export function lastCapability(): number {
  const text = readTextFile('/proc/sys/kernel/cap_last_cap').trim();
  return Math.min(Number(text), CAPABILITIES.length - 1);
}

/**
 * The limit of open files that the caller has: engines raise the soft limit of their own process, and a container
 * must not see that. The caller's is asked for instead, if it still has our hard limit.
 */
function openFilesOfCaller(): { soft: bigint; hard: bigint } {
  const own = limitOf(0, RLIMITS.RLIMIT_NOFILE) ?? { soft: 1024n, hard: 1024n };
  const caller = limitOf(process.ppid, RLIMITS.RLIMIT_NOFILE);
  return caller && caller.hard === own.hard && caller.soft < own.soft ? caller : own;
}
