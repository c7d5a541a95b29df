import { describe, expect, test } from 'bun:test';
import { parseConfig } from '../index.ts';
import { defaultConfig } from '../testing/default-config.ts';
import { fullConfig } from '../testing/full-config.ts';
import { allRules } from './all-rules.ts';
import { processIsPresent } from './document.ts';

type Change = (config: Loose) => void;
// Configs are damaged on purpose here, so their properties have no types.
type Loose = object;

const set = (path: string, value: unknown): Change => {
  const steps = path.split('.');
  return (config) => {
    const holder = steps.slice(0, -1).reduce<Loose>((inner, step) => Reflect.get(inner, step), config);
    const last = steps.at(-1) ?? '';
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else Reflect.set(holder, last, value);
  };
};

const add = (path: string, ...items: unknown[]): Change => {
  return (config) => {
    const list = path.split('.').reduce<Loose>((inner, step) => Reflect.get(inner, step), config);
    (list as unknown[]).push(...items);
  };
};

const withoutNamespace =
  (type: string): Change =>
  (config) => {
    const linux = (config as { linux?: { namespaces: { type: string }[] } }).linux;
    if (linux) linux.namespaces = linux.namespaces.filter((namespace) => namespace.type !== type);
  };

/** Messages for the full config after a change; the rules of the other platforms do not exist. */
const CASES: Readonly<Record<string, readonly (readonly [Change, readonly string[]])[]>> = {
  'root-is-specified': [
    [set('root', undefined), ['root: root must be specified']],
    [set('root', null), ['root: root must be specified']],
    [set('root.path', ''), ['root.path: root path must not be empty']],
  ],
  'annotation-keys-are-not-empty': [
    [set('annotations', { '': 'x' }), ['annotations[""]: the key of an annotation must not be empty']],
  ],
  'process-is-present': [
    [set('process', undefined), ['process: process property must not be empty']],
    [set('process', null), ['process: process property must not be empty']],
  ],
  'cwd-is-absolute': [
    [set('process.cwd', 'tmp'), ['process.cwd: Cwd must be an absolute path, found "tmp"']],
    [set('process.cwd', ''), ['process.cwd: Cwd property must not be empty']],
  ],
  'args-are-not-empty': [[set('process.args', []), ['process.args: args must not be empty']]],
  'env-has-names': [
    [set('process.env', ['A=', 'B']), ['process.env[1]: invalid environment variable: missing \'=\', found "B"']],
    [set('process.env', ['=x']), ['process.env[0]: invalid environment variable: empty name, found "=x"']],
  ],
  'rlimits-are-unique': [
    [
      add('process.rlimits', { type: 'RLIMIT_CORE', soft: 0, hard: 0 }),
      ['process.rlimits[1]: duplicate rlimit RLIMIT_CORE'],
    ],
  ],
  'soft-rlimits-are-within-hard': [
    [
      set('process.rlimits', [{ type: 'RLIMIT_AS', soft: 18446744073709551615n, hard: 18446744073709551614n }]),
      [
        'process.rlimits[0].soft: the soft limit must not be above the hard limit 18446744073709551614, found 18446744073709551615',
      ],
    ],
  ],
  'scheduler-parameters-fit-the-policy': [
    [
      set('process.scheduler', { policy: 'SCHED_OTHER', priority: 5, runtime: 1 }),
      [
        'process.scheduler.priority: priority goes with SCHED_FIFO and SCHED_RR only, not with SCHED_OTHER, found 5',
        'process.scheduler.runtime: runtime goes with SCHED_DEADLINE only, not with SCHED_OTHER, found 1',
      ],
    ],
  ],
  'scheduler-nice-is-in-range': [
    [
      set('process.scheduler', { policy: 'SCHED_BATCH', nice: 20 }),
      ['process.scheduler.nice: expected an integer from -20 to 19, found 20'],
    ],
  ],
  'scheduler-priority-is-in-range': [
    [
      set('process.scheduler', { policy: 'SCHED_RR' }),
      ['process.scheduler.priority: SCHED_RR needs a priority from 1 to 99'],
    ],
    [
      set('process.scheduler', { policy: 'SCHED_FIFO', priority: 100 }),
      ['process.scheduler.priority: SCHED_FIFO needs a priority from 1 to 99, found 100'],
    ],
  ],
  'scheduler-deadline-times-are-ordered': [
    [
      set('process.scheduler', { policy: 'SCHED_DEADLINE', runtime: 30, deadline: 20 }),
      ['process.scheduler: SCHED_DEADLINE needs 0 < runtime <= deadline <= period, found 30, 20, 0'],
    ],
  ],
  'io-priority-is-in-range': [
    [
      set('process.ioPriority', { class: 'IOPRIO_CLASS_RT', priority: 8 }),
      ['process.ioPriority.priority: expected an integer from 0 to 7, found 8'],
    ],
  ],
  'namespaces-are-unique': [
    [add('linux.namespaces', { type: 'pid' }), ['linux.namespaces[8]: malformed spec file: duplicated ns "pid"']],
  ],
  'namespace-paths-are-absolute': [
    [
      set('linux.namespaces.1.path', 'proc/1/ns/net'),
      ['linux.namespaces[1].path: the path of a namespace must be absolute, found "proc/1/ns/net"'],
    ],
    [set('linux.namespaces.1.path', ''), []],
  ],
  'host-names-need-a-uts-namespace': [
    [
      withoutNamespace('uts'),
      [
        'hostname: unable to set hostname without a private UTS namespace, found "box"',
        'domainname: unable to set domainname without a private UTS namespace, found "example.org"',
      ],
    ],
  ],
  'path-restrictions-need-a-mount-namespace': [
    [
      withoutNamespace('mount'),
      [
        'linux.maskedPaths: unable to restrict sys entries without a private MNT namespace',
        'linux.readonlyPaths: unable to restrict sys entries without a private MNT namespace',
      ],
    ],
  ],
  'mappings-need-a-user-namespace': [
    [
      withoutNamespace('user'),
      [
        "linux.uidMappings: user namespace mappings specified, but user namespace isn't enabled in the config",
        "linux.gidMappings: user namespace mappings specified, but user namespace isn't enabled in the config",
      ],
    ],
  ],
  'a-new-user-namespace-needs-mappings': [
    [
      (config) => {
        set('linux.uidMappings', [])(config);
        set('linux.gidMappings', undefined)(config);
      },
      ['linux.namespaces[5]: user namespaces enabled, but no namespace path to join nor mappings to apply specified'],
    ],
  ],
  'mappings-are-valid-ranges': [
    [
      set('linux.uidMappings', [
        { containerID: 0, hostID: 0, size: 4294967295 },
        { containerID: 1, hostID: 4294967294, size: 2 },
      ]),
      ['linux.uidMappings[1]: the range of 2 ids from hostID 4294967294 goes beyond 4294967294'],
    ],
    [
      set('linux.gidMappings', [{ containerID: 0, hostID: 0, size: 0 }]),
      ['linux.gidMappings[0].size: expected at least 1, found 0'],
    ],
  ],
  'mount-mappings-are-valid-ranges': [
    [set('mounts.2.uidMappings.0.size', 0), ['mounts[2].uidMappings[0].size: expected at least 1, found 0']],
  ],
  'mount-destinations-are-not-empty': [
    [set('mounts.0.destination', ''), ['mounts[0].destination: the destination of a mount must not be empty']],
  ],
  'mount-mappings-come-in-pairs': [
    [
      set('mounts.2.gidMappings', undefined),
      ['mounts[2].gidMappings: a mount with mappings needs both uidMappings and gidMappings, gidMappings is missing'],
    ],
  ],
  'idmap-option-needs-mappings': [
    [
      (config) => {
        withoutNamespace('user')(config);
        set('linux.uidMappings', [])(config);
        set('linux.gidMappings', [])(config);
        set('mounts.1.options', ['bind', 'ridmap'])(config);
      },
      ['mounts[1].options[1]: ridmap needs uidMappings and gidMappings of the mount, or a user namespace'],
    ],
    [set('mounts.1.options', ['bind', 'idmap']), []],
  ],
  'hook-paths-are-absolute': [
    [
      set('hooks.poststart.0.path', 'hook'),
      ['hooks.poststart[0].path: the path of a hook must be absolute, found "hook"'],
    ],
    [set('hooks.poststart.0.path', ''), ['hooks.poststart[0].path: the path of a hook must be absolute, found ""']],
  ],
  'time-offsets-need-a-new-time-namespace': [
    [withoutNamespace('time'), ['linux.timeOffsets: time offsets need a time namespace']],
    [
      set('linux.namespaces.7.path', '/proc/1/ns/time'),
      ['linux.timeOffsets: a time namespace that is joined keeps its offsets'],
    ],
  ],
  'time-offsets-are-for-known-clocks': [
    [set('linux.timeOffsets.realtime', { secs: 1 }), ['linux.timeOffsets.realtime: unknown clock']],
    [
      set('linux.timeOffsets.boottime.nanosecs', 1000000000),
      ['linux.timeOffsets.boottime.nanosecs: expected less than a second (1000000000), found 1000000000'],
    ],
  ],
  'net-devices-need-a-network-namespace': [
    [withoutNamespace('network'), ['linux.netDevices: unable to move network devices without a private NET namespace']],
  ],
  'net-device-names-are-valid': [
    [
      set('linux.netDevices', { 'a/b': {}, eth0: { name: 'sixteen-bytes-ab' } }),
      [
        'linux.netDevices["a/b"]: invalid network device name, found "a/b"',
        'linux.netDevices.eth0.name: invalid network device name, found "sixteen-bytes-ab"',
      ],
    ],
  ],
  'device-rules-are-complete': [
    [
      set('linux.resources.devices', [{ allow: true }, { allow: true, type: 'x', access: 'rx' }]),
      [
        'linux.resources.devices[0].access: device access cannot be empty',
        'linux.resources.devices[1].type: invalid device type, found "x"',
        'linux.resources.devices[1].access: invalid device access, found "rx"',
      ],
    ],
  ],
  'swap-limit-covers-the-memory-limit': [
    [
      set('linux.resources.memory', { limit: 1000, swap: 999 }),
      ['linux.resources.memory.swap: memory+swap limit should be >= memory limit 1000, found 999'],
    ],
    [
      set('linux.resources.memory', { swap: 999 }),
      ['linux.resources.memory.swap: unable to set swap limit without memory limit, found 999'],
    ],
    [set('linux.resources.memory', { limit: -1, swap: 999 }), []],
    [set('linux.resources.memory', { limit: 1000, swap: -1 }), []],
  ],
  'block-io-weights-are-in-range': [
    [
      set('linux.resources.blockIO', { weight: 9, weightDevice: [{ major: 1, minor: 1, leafWeight: 1001 }] }),
      [
        'linux.resources.blockIO.weight: expected an integer from 10 to 1000, or 0 for none, found 9',
        'linux.resources.blockIO.weightDevice[0].leafWeight: expected an integer from 10 to 1000, or 0 for none, found 1001',
      ],
    ],
  ],
  'seccomp-errno-needs-an-action-that-returns-it': [
    [
      (config) => {
        set('linux.seccomp.defaultAction', 'SCMP_ACT_KILL')(config);
        set('linux.seccomp.syscalls.0.errnoRet', 1)(config);
      },
      [
        'linux.seccomp.defaultErrnoRet: SCMP_ACT_KILL returns no errno, only SCMP_ACT_ERRNO or SCMP_ACT_TRACE do, found 1',
        'linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_ALLOW returns no errno, only SCMP_ACT_ERRNO or SCMP_ACT_TRACE do, found 1',
      ],
    ],
  ],
  'seccomp-listener-metadata-needs-a-path': [
    [
      set('linux.seccomp.listenerPath', undefined),
      ['linux.seccomp.listenerMetadata: listenerMetadata needs listenerPath'],
    ],
  ],
  'seccomp-notify-needs-a-listener': [
    [
      (config) => {
        set('linux.seccomp.listenerPath', '')(config);
        set('linux.seccomp.listenerMetadata', '')(config);
        set('linux.seccomp.syscalls.0.action', 'SCMP_ACT_NOTIFY')(config);
      },
      ['linux.seccomp.syscalls[0].action: SCMP_ACT_NOTIFY needs listenerPath'],
    ],
  ],
  'seccomp-notify-is-not-for-write': [
    [
      set('linux.seccomp.syscalls', [{ names: ['read', 'write'], action: 'SCMP_ACT_NOTIFY' }]),
      ['linux.seccomp.syscalls[0].names: SCMP_ACT_NOTIFY cannot be used for the write syscall'],
    ],
    [
      (config) => {
        set('linux.seccomp.defaultAction', 'SCMP_ACT_NOTIFY')(config);
        set('linux.seccomp.defaultErrnoRet', undefined)(config);
      },
      ['linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action'],
    ],
  ],
  'seccomp-argument-index-is-in-range': [
    [
      set('linux.seccomp.syscalls.1.args.0.index', 6),
      [
        'linux.seccomp.syscalls[1].args[0].index: expected an integer from 0 to 5 (a system call has six arguments), found 6',
      ],
    ],
  ],
  'memory-policy-nodes-fit-the-mode': [
    [
      set('linux.memoryPolicy', { mode: 'MPOL_LOCAL', nodes: '0' }),
      ['linux.memoryPolicy.nodes: MPOL_LOCAL takes no nodes, found "0"'],
    ],
    [
      set('linux.memoryPolicy', { mode: 'MPOL_BIND', nodes: '' }),
      ['linux.memoryPolicy.nodes: MPOL_BIND needs at least one node'],
    ],
    [set('linux.memoryPolicy', { mode: 'MPOL_PREFERRED' }), []],
  ],
  'memory-policy-nodes-are-a-list': [
    [
      set('linux.memoryPolicy.nodes', '0-'),
      ['linux.memoryPolicy.nodes: expected a list of nodes such as "0-3,7", found "0-"'],
    ],
  ],
  'memory-policy-flags-are-compatible': [
    [
      add('linux.memoryPolicy.flags', 'MPOL_F_RELATIVE_NODES'),
      ['linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other'],
    ],
  ],
  'personality-has-no-flags': [
    [
      set('linux.personality.flags', ['ADDR_NO_RANDOMIZE']),
      [
        'linux.personality.flags: personality flags are not supported: the specification defines none, found "ADDR_NO_RANDOMIZE"',
      ],
    ],
  ],
};

test('the full config and the default config have no problem', () => {
  for (const config of [fullConfig(), defaultConfig()]) {
    const result = parseConfig(config, { requireProcess: true });
    expect(result.ok ? [] : result.problems).toEqual([]);
  }
});

test('every rule has a case', () => {
  const names = [processIsPresent, ...allRules.flatMap(({ rules }) => rules)].map(({ name }) => name);
  expect(Object.keys(CASES).sort()).toEqual(names.sort());
});

for (const [rule, cases] of Object.entries(CASES)) {
  describe(rule, () => {
    for (const [index, [change, messages]] of cases.entries()) {
      test(messages[0] ?? `accepts (case ${index})`, () => {
        const config = fullConfig();
        change(config);
        const result = parseConfig(config, { requireProcess: true });
        const problems = result.ok ? [] : result.problems;
        expect(problems.map(({ message }) => message)).toEqual([...messages]);
        expect(problems.every((problem) => problem.rule === rule)).toBe(true);
      });
    }
  });
}

test('a config without a process is good unless one is required', () => {
  const { process: _, ...config } = defaultConfig();
  expect(parseConfig(config).ok).toBe(true);
});
