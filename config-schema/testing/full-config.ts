import { defaultConfig } from './default-config.ts';

// Functions, not constants: a change at one place of a config must not show at another.
const mappings = () => [{ containerID: 0, hostID: 100000, size: 65536 }];
const hook = () => ({ path: '/bin/hook', args: ['hook', 'x'], env: ['A=b'], timeout: 5 });

/** A good config that has every property the specification knows, for all platforms. */
export function fullConfig() {
  const base = defaultConfig();
  return {
    ...base,
    domainname: 'example.org',
    annotations: { 'org.example.key': 'value', plain: '' },
    hooks: {
      prestart: [hook()],
      createRuntime: [hook()],
      createContainer: [hook()],
      startContainer: [{ path: '/bin/hook' }],
      poststart: [hook()],
      poststop: [hook()],
    },
    mounts: [
      ...base.mounts,
      { destination: '/data', source: '/x', options: ['bind'], uidMappings: mappings(), gidMappings: mappings() },
    ],
    process: {
      ...base.process,
      user: { uid: 1000, gid: 1000, umask: 18, additionalGids: [5, 6], username: 'me' },
      consoleSize: { height: 24, width: 80 },
      commandLine: 'sh',
      apparmorProfile: 'profile',
      selinuxLabel: 'label',
      oomScoreAdj: -500,
      ioPriority: { class: 'IOPRIO_CLASS_BE', priority: 4 },
      scheduler: {
        policy: 'SCHED_DEADLINE',
        flags: ['SCHED_FLAG_RECLAIM'],
        runtime: 10,
        deadline: 20,
        period: 30,
        nice: 0,
        priority: 0,
      },
      execCPUAffinity: { initial: '0-3,7', final: '' },
      rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 18446744073709551615n }],
    },
    linux: { ...base.linux, ...fullLinux() },
    ...otherPlatforms(),
  };
}

function fullLinux() {
  return {
    namespaces: [
      { type: 'pid' },
      { type: 'network', path: '/run/netns/x' },
      { type: 'ipc' },
      { type: 'uts' },
      { type: 'mount' },
      { type: 'user' },
      { type: 'cgroup' },
      { type: 'time' },
    ],
    uidMappings: mappings(),
    gidMappings: mappings(),
    cgroupsPath: '/box',
    mountLabel: 'label',
    rootfsPropagation: 'slave',
    sysctl: { 'net.ipv4.ip_forward': '1' },
    devices: [{ type: 'c', path: '/dev/fuse', major: 10, minor: 229, fileMode: 438, uid: 0, gid: 0 }],
    netDevices: { eth0: { name: 'eth1' }, eth2: {} },
    timeOffsets: { monotonic: { secs: -5, nanosecs: 1 }, boottime: { secs: 5 } },
    personality: { domain: 'LINUX32', flags: [] },
    memoryPolicy: { mode: 'MPOL_BIND', nodes: '0-1', flags: ['MPOL_F_STATIC_NODES'] },
    intelRdt: {
      closID: 'c',
      schemata: ['MB:0=1'],
      l3CacheSchema: 'L3:0=f',
      memBwSchema: 'MB:0=70',
      enableMonitoring: true,
    },
    seccomp: {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64'],
      flags: ['SECCOMP_FILTER_FLAG_LOG'],
      listenerPath: '/run/agent',
      listenerMetadata: 'data',
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ALLOW' },
        {
          names: ['clone'],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: 38,
          args: [{ index: 0, value: 2114060288, valueTwo: 18446744073709551615n, op: 'SCMP_CMP_MASKED_EQ' }],
        },
      ],
    },
    resources: fullResources(),
  };
}

function fullResources() {
  const rates = () => [{ major: 8, minor: 0, rate: 1000 }];
  return {
    devices: [
      { allow: false, access: 'rwm' },
      { allow: true, type: 'c', major: 10, minor: -1, access: 'r' },
    ],
    memory: {
      limit: 1048576,
      reservation: 1,
      swap: 2097152,
      kernel: -1,
      kernelTCP: -1,
      swappiness: 60,
      disableOOMKiller: false,
      useHierarchy: false,
      checkBeforeUpdate: true,
    },
    cpu: {
      shares: 1024,
      quota: -1,
      burst: 0,
      period: 100000,
      realtimeRuntime: 1,
      realtimePeriod: 1,
      cpus: '0-1',
      mems: '0',
      idle: 0,
    },
    pids: { limit: -1 },
    blockIO: {
      weight: 500,
      leafWeight: 10,
      weightDevice: [{ major: 8, minor: 0, weight: 500, leafWeight: 300 }],
      throttleReadBpsDevice: rates(),
      throttleWriteBpsDevice: rates(),
      throttleReadIOPSDevice: rates(),
      throttleWriteIOPSDevice: rates(),
    },
    hugepageLimits: [{ pageSize: '2MB', limit: 9223372036854775807n }],
    network: { classID: 1, priorities: [{ name: 'eth0', priority: 1 }] },
    rdma: { mlx: { hcaHandles: 3, hcaObjects: 10000 } },
    unified: { 'memory.high': '1000' },
  };
}

function otherPlatforms() {
  return {
    vm: {
      hypervisor: { path: '/hv', parameters: ['a'] },
      kernel: { path: '/k', parameters: ['b'], initrd: '/i' },
      image: { path: '/img', format: 'raw' },
      hwConfig: {
        deviceTree: '/d',
        vcpus: 1,
        memory: 2,
        dtdevs: ['x'],
        iomems: [{ firstGFN: 1, firstMFN: 2, nrMFNs: 3 }],
        irqs: [1],
      },
    },
    windows: {
      layerFolders: ['C:\\x'],
      devices: [{ id: 'x', idType: 'class' }],
      resources: {
        memory: { limit: 1 },
        cpu: { count: 1, shares: 2, maximum: 3, affinity: { mask: 1, group: 0 } },
        storage: { iops: 1, bps: 2, sandboxSize: 3 },
      },
      network: {
        endpointList: ['a'],
        allowUnqualifiedDNSQuery: true,
        DNSSearchList: ['b'],
        networkSharedContainerName: 'c',
      },
      credentialSpec: { a: 1 },
      servicing: true,
      ignoreFlushesDuringBoot: true,
      hyperv: { utilityVMPath: 'p' },
    },
    solaris: {
      milestone: 'm',
      limitpriv: 'l',
      maxShmMemory: '1',
      cappedCPU: { ncpus: '1' },
      cappedMemory: { physical: '1', swap: '2' },
      anet: [{ linkname: 'n', macAddress: 'm' }],
    },
    freebsd: {
      devices: [{ path: 'pf', mode: 448 }],
      jail: {
        host: 'new',
        ip4: 'disable',
        ip4Addr: ['::'],
        vnet: 'inherit',
        enforceStatfs: 1,
        allow: { mount: ['tmpfs'], suser: true },
      },
    },
    zos: { namespaces: [{ type: 'pid', path: '/x' }] },
  };
}
