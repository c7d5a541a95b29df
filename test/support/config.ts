/** The config.json of test containers, and changes to it. */

/** A JSON object, loosely typed: tests write wrong values, too. */
export type Json = { [key: string]: unknown };

export const PATH = 'PATH=/bin:/usr/bin';

/** The namespaces of the base config; a user namespace is added by the tests that want one. */
export const NAMESPACES = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type }));

export const MOUNTS: readonly Json[] = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
  },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
];

const CAPABILITIES = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];

/** A config such as engines write it, with a writable root. */
export function baseConfig(): Json {
  return {
    ociVersion: '1.2.0',
    process: {
      user: { uid: 0, gid: 0 },
      args: ['true'],
      env: [PATH, 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs' },
    hostname: 'box',
    mounts: MOUNTS,
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      namespaces: NAMESPACES,
      maskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

/** The config with a change laid over it: objects are merged, everything else is replaced, `undefined` removes. */
export function patched(config: Json, change: Json): Json {
  const result = { ...config };
  for (const [key, value] of Object.entries(change)) {
    const old = result[key];
    if (value === undefined) delete result[key];
    else result[key] = isObject(old) && isObject(value) ? patched(old, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
