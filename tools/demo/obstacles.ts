import { existsSync, readFileSync } from 'node:fs';

/** Something about this host that keeps containers from working, and the line that mends it. */
export interface Obstacle {
  readonly what: string;
  readonly mend: string;
}

/** What the demo asks the host. */
export interface HostView {
  readonly uid: number;
  /** The trimmed text of a file, or undefined when it cannot be read. */
  readonly read: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
}

const SETTINGS: readonly (readonly [path: string, forbids: string, what: string, mend: string])[] = [
  [
    '/proc/sys/kernel/unprivileged_userns_clone',
    '0',
    'users may not make user namespaces (kernel.unprivileged_userns_clone is 0)',
    'sudo sysctl -w kernel.unprivileged_userns_clone=1',
  ],
  [
    '/proc/sys/user/max_user_namespaces',
    '0',
    'no user namespaces are allowed at all (user.max_user_namespaces is 0)',
    'sudo sysctl -w user.max_user_namespaces=15000',
  ],
  [
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    '1',
    'AppArmor takes the rights away in user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1)',
    'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  ],
];

const CAP_SYS_ADMIN = 1n << 21n;

/** What stands in the way of containers for this user on this host, as far as the host tells. */
export function obstacles(host: HostView): Obstacle[] {
  const inContainer = host.exists('/.dockerenv') || host.exists('/run/.containerenv');
  const found: Obstacle[] = [];
  if (host.uid !== 0) {
    for (const [path, forbids, what, mend] of SETTINGS) if (host.read(path) === forbids) found.push({ what, mend });
    if (!host.exists('/proc/self/ns/user')) {
      found.push({ what: 'this kernel has no user namespaces (CONFIG_USER_NS)', mend: 'sudo npm run demo' });
    }
  } else if ((effectiveCapabilities(host) & CAP_SYS_ADMIN) === 0n) {
    found.push({
      what: 'this root may not make namespaces and mounts (CAP_SYS_ADMIN is missing)',
      mend: inContainer ? 'docker run --privileged ... (or podman)' : 'run the demo as the root of the host',
    });
  } else if (!host.exists('/sys/fs/cgroup/cgroup.procs') && !host.exists('/sys/fs/cgroup/unified/cgroup.procs')) {
    found.push({
      what: 'no cgroup2 file system is mounted',
      mend: 'mount -t cgroup2 none /sys/fs/cgroup   (for good: boot with systemd.unified_cgroup_hierarchy=1)',
    });
  }
  if (found.length === 0 && inContainer) {
    found.push({
      what: 'this is a container itself, and its seccomp filter or its covered /proc may forbid containers in it',
      mend: 'docker run --privileged ... (or podman)',
    });
  }
  return found;
}

/** What does not stop the demo, but will be missed soon. */
export function remarks(host: HostView): Obstacle[] {
  if (host.uid === 0 || ['/usr/bin/newuidmap', '/bin/newuidmap', '/usr/sbin/newuidmap'].some(host.exists)) return [];
  return [
    {
      what: 'newuidmap is missing: the demo maps one user id and does without, images with more users will need it',
      mend: 'sudo apt install uidmap   (Fedora: sudo dnf install shadow-utils)',
    },
  ];
}

function effectiveCapabilities(host: HostView): bigint {
  const field = /^CapEff:\s*([0-9a-f]+)$/m.exec(host.read('/proc/self/status') ?? '');
  return field ? BigInt(`0x${field[1]}`) : CAP_SYS_ADMIN;
}

/** The host that this runs on. */
export function thisHost(): HostView {
  return {
    uid: process.geteuid?.() ?? 0,
    exists: existsSync,
    read(path) {
      try {
        return readFileSync(path, 'utf8').trim();
      } catch {
        return undefined;
      }
    },
  };
}
