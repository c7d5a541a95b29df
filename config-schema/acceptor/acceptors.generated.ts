// Generated from the schemas by acceptor/write.ts: do not edit. acceptor/acceptor-source.ts says why it exists.

import { isVersion1 } from '../oci-version.ts';

type Properties = Readonly<Record<string, unknown>>;

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function areTexts(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (typeof value[index] !== 'string') return false;
  return true;
}

function isListOf(value: unknown, test: (element: unknown) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (!test(value[index])) return false;
  return true;
}

function isMapOf(value: unknown, test: (member: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key in value) if (!test((value as Properties)[key])) return false;
  return true;
}

const VALUES_0: readonly unknown[] = ["RLIMIT_AS","RLIMIT_CORE","RLIMIT_CPU","RLIMIT_DATA","RLIMIT_FSIZE","RLIMIT_LOCKS","RLIMIT_MEMLOCK","RLIMIT_MSGQUEUE","RLIMIT_NICE","RLIMIT_NOFILE","RLIMIT_NPROC","RLIMIT_RSS","RLIMIT_RTPRIO","RLIMIT_RTTIME","RLIMIT_SIGPENDING","RLIMIT_STACK"];

const VALUES_1: readonly unknown[] = ["IOPRIO_CLASS_RT","IOPRIO_CLASS_BE","IOPRIO_CLASS_IDLE"];

const VALUES_2: readonly unknown[] = ["SCHED_OTHER","SCHED_FIFO","SCHED_RR","SCHED_BATCH","SCHED_ISO","SCHED_IDLE","SCHED_DEADLINE"];

const VALUES_3: readonly unknown[] = ["SCHED_FLAG_RESET_ON_FORK","SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN","SCHED_FLAG_KEEP_POLICY","SCHED_FLAG_KEEP_PARAMS","SCHED_FLAG_UTIL_CLAMP_MIN","SCHED_FLAG_UTIL_CLAMP_MAX"];

const VALUES_4 = /^[0-9, -]*$/;

const VALUES_5: readonly unknown[] = ["mount","pid","network","uts","ipc","user","cgroup","time"];

const VALUES_6 = /^[1-9][0-9]*[KMG]B$/;

const VALUES_7: readonly unknown[] = ["c","b","u","p"];

const VALUES_8: readonly unknown[] = ["SCMP_ACT_KILL","SCMP_ACT_KILL_PROCESS","SCMP_ACT_KILL_THREAD","SCMP_ACT_TRAP","SCMP_ACT_ERRNO","SCMP_ACT_TRACE","SCMP_ACT_ALLOW","SCMP_ACT_LOG","SCMP_ACT_NOTIFY"];

const VALUES_9: readonly unknown[] = ["SCMP_ARCH_X86","SCMP_ARCH_X86_64","SCMP_ARCH_X32","SCMP_ARCH_ARM","SCMP_ARCH_AARCH64","SCMP_ARCH_LOONGARCH64","SCMP_ARCH_M68K","SCMP_ARCH_MIPS","SCMP_ARCH_MIPS64","SCMP_ARCH_MIPS64N32","SCMP_ARCH_MIPSEL","SCMP_ARCH_MIPSEL64","SCMP_ARCH_MIPSEL64N32","SCMP_ARCH_PPC","SCMP_ARCH_PPC64","SCMP_ARCH_PPC64LE","SCMP_ARCH_S390","SCMP_ARCH_S390X","SCMP_ARCH_SH","SCMP_ARCH_SHEB","SCMP_ARCH_PARISC","SCMP_ARCH_PARISC64","SCMP_ARCH_RISCV64"];

const VALUES_10: readonly unknown[] = ["SECCOMP_FILTER_FLAG_TSYNC","SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_SPEC_ALLOW","SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];

const VALUES_11: readonly unknown[] = ["SCMP_CMP_NE","SCMP_CMP_LT","SCMP_CMP_LE","SCMP_CMP_EQ","SCMP_CMP_GE","SCMP_CMP_GT","SCMP_CMP_MASKED_EQ"];

const VALUES_12: readonly unknown[] = ["","private","shared","slave","unbindable","rprivate","rshared","rslave","runbindable"];

const VALUES_13: readonly unknown[] = ["LINUX","LINUX32"];

function test0(value: unknown): boolean {
  return (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 4294967294);
}

function test1(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.uid === undefined || (Number.isSafeInteger(o.uid) && (o.uid as number) >= 0 && (o.uid as number) <= 4294967294)) &&
    (o.gid === undefined || (Number.isSafeInteger(o.gid) && (o.gid as number) >= 0 && (o.gid as number) <= 4294967294)) &&
    (o.umask === undefined || (Number.isSafeInteger(o.umask) && (o.umask as number) >= 0 && (o.umask as number) <= 4294967295)) &&
    (o.username === undefined || typeof o.username === 'string') &&
    (o.additionalGids === undefined || isListOf(o.additionalGids, test0))
  );
}

function test2(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.bounding === undefined || areTexts(o.bounding)) &&
    (o.permitted === undefined || areTexts(o.permitted)) &&
    (o.effective === undefined || areTexts(o.effective)) &&
    (o.inheritable === undefined || areTexts(o.inheritable)) &&
    (o.ambient === undefined || areTexts(o.ambient))
  );
}

function test3(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_0.includes(o.type) &&
    ((Number.isSafeInteger(o.soft) && (o.soft as number) >= 0) || (typeof o.soft === 'bigint' && o.soft >= 0n && o.soft <= 18446744073709551615n)) &&
    ((Number.isSafeInteger(o.hard) && (o.hard as number) >= 0) || (typeof o.hard === 'bigint' && o.hard >= 0n && o.hard <= 18446744073709551615n))
  );
}

function test4(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    ((Number.isSafeInteger(o.height) && (o.height as number) >= 0) || (typeof o.height === 'bigint' && o.height >= 0n && o.height <= 18446744073709551615n)) &&
    ((Number.isSafeInteger(o.width) && (o.width as number) >= 0) || (typeof o.width === 'bigint' && o.width >= 0n && o.width <= 18446744073709551615n))
  );
}

function test5(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_1.includes(o.class) &&
    (o.priority === undefined || (Number.isSafeInteger(o.priority) && (o.priority as number) >= -2147483648 && (o.priority as number) <= 2147483647))
  );
}

function test6(value: unknown): boolean {
  return VALUES_3.includes(value);
}

function test7(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_2.includes(o.policy) &&
    (o.nice === undefined || (Number.isSafeInteger(o.nice) && (o.nice as number) >= -2147483648 && (o.nice as number) <= 2147483647)) &&
    (o.priority === undefined || (Number.isSafeInteger(o.priority) && (o.priority as number) >= -2147483648 && (o.priority as number) <= 2147483647)) &&
    (o.runtime === undefined || ((Number.isSafeInteger(o.runtime) && (o.runtime as number) >= 0) || (typeof o.runtime === 'bigint' && o.runtime >= 0n && o.runtime <= 18446744073709551615n))) &&
    (o.deadline === undefined || ((Number.isSafeInteger(o.deadline) && (o.deadline as number) >= 0) || (typeof o.deadline === 'bigint' && o.deadline >= 0n && o.deadline <= 18446744073709551615n))) &&
    (o.period === undefined || ((Number.isSafeInteger(o.period) && (o.period as number) >= 0) || (typeof o.period === 'bigint' && o.period >= 0n && o.period <= 18446744073709551615n))) &&
    (o.flags === undefined || isListOf(o.flags, test6))
  );
}

function test8(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.initial === undefined || (typeof o.initial === 'string' && VALUES_4.test(o.initial))) &&
    (o.final === undefined || (typeof o.final === 'string' && VALUES_4.test(o.final)))
  );
}

function test9(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.cwd === 'string' &&
    areTexts(o.args) &&
    (o.env === undefined || areTexts(o.env)) &&
    (o.terminal === undefined || typeof o.terminal === 'boolean') &&
    (o.noNewPrivileges === undefined || typeof o.noNewPrivileges === 'boolean') &&
    (o.apparmorProfile === undefined || typeof o.apparmorProfile === 'string') &&
    (o.selinuxLabel === undefined || typeof o.selinuxLabel === 'string') &&
    (o.user === undefined || test1(o.user)) &&
    (o.capabilities === undefined || test2(o.capabilities)) &&
    (o.rlimits === undefined || isListOf(o.rlimits, test3)) &&
    (o.oomScoreAdj === undefined || ((Number.isSafeInteger(o.oomScoreAdj)) || (typeof o.oomScoreAdj === 'bigint' && o.oomScoreAdj >= -9223372036854775808n && o.oomScoreAdj <= 9223372036854775807n))) &&
    (o.consoleSize === undefined || test4(o.consoleSize)) &&
    (o.commandLine === undefined || typeof o.commandLine === 'string') &&
    (o.ioPriority === undefined || test5(o.ioPriority)) &&
    (o.scheduler === undefined || test7(o.scheduler)) &&
    (o.execCPUAffinity === undefined || test8(o.execCPUAffinity))
  );
}

function test10(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.path === 'string' &&
    (o.readonly === undefined || typeof o.readonly === 'boolean')
  );
}

function test11(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (Number.isSafeInteger(o.containerID) && (o.containerID as number) >= 0 && (o.containerID as number) <= 4294967294) &&
    (Number.isSafeInteger(o.hostID) && (o.hostID as number) >= 0 && (o.hostID as number) <= 4294967294) &&
    (Number.isSafeInteger(o.size) && (o.size as number) >= 0 && (o.size as number) <= 4294967295)
  );
}

function test12(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.destination === 'string' &&
    (o.type === undefined || typeof o.type === 'string') &&
    (o.source === undefined || typeof o.source === 'string') &&
    (o.options === undefined || areTexts(o.options)) &&
    (o.uidMappings === undefined || isListOf(o.uidMappings, test11)) &&
    (o.gidMappings === undefined || isListOf(o.gidMappings, test11))
  );
}

function test13(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.path === 'string' &&
    (o.args === undefined || areTexts(o.args)) &&
    (o.env === undefined || areTexts(o.env)) &&
    (o.timeout === undefined || (Number.isSafeInteger(o.timeout) && (o.timeout as number) >= 1 && (o.timeout as number) <= 9007199254740991))
  );
}

function test14(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.prestart === undefined || isListOf(o.prestart, test13)) &&
    (o.createRuntime === undefined || isListOf(o.createRuntime, test13)) &&
    (o.createContainer === undefined || isListOf(o.createContainer, test13)) &&
    (o.startContainer === undefined || isListOf(o.startContainer, test13)) &&
    (o.poststart === undefined || isListOf(o.poststart, test13)) &&
    (o.poststop === undefined || isListOf(o.poststop, test13))
  );
}

function test15(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_5.includes(o.type) &&
    (o.path === undefined || typeof o.path === 'string')
  );
}

function test16(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.allow === 'boolean' &&
    (o.type === undefined || typeof o.type === 'string') &&
    (o.access === undefined || typeof o.access === 'string') &&
    (o.major === undefined || ((Number.isSafeInteger(o.major)) || (typeof o.major === 'bigint' && o.major >= -9223372036854775808n && o.major <= 9223372036854775807n))) &&
    (o.minor === undefined || ((Number.isSafeInteger(o.minor)) || (typeof o.minor === 'bigint' && o.minor >= -9223372036854775808n && o.minor <= 9223372036854775807n)))
  );
}

function test17(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.limit === undefined || ((Number.isSafeInteger(o.limit)) || (typeof o.limit === 'bigint' && o.limit >= -9223372036854775808n && o.limit <= 9223372036854775807n))) &&
    (o.reservation === undefined || ((Number.isSafeInteger(o.reservation)) || (typeof o.reservation === 'bigint' && o.reservation >= -9223372036854775808n && o.reservation <= 9223372036854775807n))) &&
    (o.swap === undefined || ((Number.isSafeInteger(o.swap)) || (typeof o.swap === 'bigint' && o.swap >= -9223372036854775808n && o.swap <= 9223372036854775807n))) &&
    (o.kernel === undefined || ((Number.isSafeInteger(o.kernel)) || (typeof o.kernel === 'bigint' && o.kernel >= -9223372036854775808n && o.kernel <= 9223372036854775807n))) &&
    (o.kernelTCP === undefined || ((Number.isSafeInteger(o.kernelTCP)) || (typeof o.kernelTCP === 'bigint' && o.kernelTCP >= -9223372036854775808n && o.kernelTCP <= 9223372036854775807n))) &&
    (o.swappiness === undefined || ((Number.isSafeInteger(o.swappiness) && (o.swappiness as number) >= 0) || (typeof o.swappiness === 'bigint' && o.swappiness >= 0n && o.swappiness <= 18446744073709551615n))) &&
    (o.disableOOMKiller === undefined || typeof o.disableOOMKiller === 'boolean') &&
    (o.useHierarchy === undefined || typeof o.useHierarchy === 'boolean') &&
    (o.checkBeforeUpdate === undefined || typeof o.checkBeforeUpdate === 'boolean')
  );
}

function test18(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.shares === undefined || ((Number.isSafeInteger(o.shares) && (o.shares as number) >= 0) || (typeof o.shares === 'bigint' && o.shares >= 0n && o.shares <= 18446744073709551615n))) &&
    (o.quota === undefined || ((Number.isSafeInteger(o.quota)) || (typeof o.quota === 'bigint' && o.quota >= -9223372036854775808n && o.quota <= 9223372036854775807n))) &&
    (o.burst === undefined || ((Number.isSafeInteger(o.burst) && (o.burst as number) >= 0) || (typeof o.burst === 'bigint' && o.burst >= 0n && o.burst <= 18446744073709551615n))) &&
    (o.period === undefined || ((Number.isSafeInteger(o.period) && (o.period as number) >= 0) || (typeof o.period === 'bigint' && o.period >= 0n && o.period <= 18446744073709551615n))) &&
    (o.realtimeRuntime === undefined || ((Number.isSafeInteger(o.realtimeRuntime)) || (typeof o.realtimeRuntime === 'bigint' && o.realtimeRuntime >= -9223372036854775808n && o.realtimeRuntime <= 9223372036854775807n))) &&
    (o.realtimePeriod === undefined || ((Number.isSafeInteger(o.realtimePeriod) && (o.realtimePeriod as number) >= 0) || (typeof o.realtimePeriod === 'bigint' && o.realtimePeriod >= 0n && o.realtimePeriod <= 18446744073709551615n))) &&
    (o.cpus === undefined || typeof o.cpus === 'string') &&
    (o.mems === undefined || typeof o.mems === 'string') &&
    (o.idle === undefined || ((Number.isSafeInteger(o.idle)) || (typeof o.idle === 'bigint' && o.idle >= -9223372036854775808n && o.idle <= 9223372036854775807n)))
  );
}

function test19(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    ((Number.isSafeInteger(o.limit)) || (typeof o.limit === 'bigint' && o.limit >= -9223372036854775808n && o.limit <= 9223372036854775807n))
  );
}

function test20(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    ((Number.isSafeInteger(o.major)) || (typeof o.major === 'bigint' && o.major >= -9223372036854775808n && o.major <= 9223372036854775807n)) &&
    ((Number.isSafeInteger(o.minor)) || (typeof o.minor === 'bigint' && o.minor >= -9223372036854775808n && o.minor <= 9223372036854775807n)) &&
    (o.weight === undefined || (Number.isSafeInteger(o.weight) && (o.weight as number) >= 0 && (o.weight as number) <= 65535)) &&
    (o.leafWeight === undefined || (Number.isSafeInteger(o.leafWeight) && (o.leafWeight as number) >= 0 && (o.leafWeight as number) <= 65535))
  );
}

function test21(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    ((Number.isSafeInteger(o.major)) || (typeof o.major === 'bigint' && o.major >= -9223372036854775808n && o.major <= 9223372036854775807n)) &&
    ((Number.isSafeInteger(o.minor)) || (typeof o.minor === 'bigint' && o.minor >= -9223372036854775808n && o.minor <= 9223372036854775807n)) &&
    (o.rate === undefined || ((Number.isSafeInteger(o.rate) && (o.rate as number) >= 0) || (typeof o.rate === 'bigint' && o.rate >= 0n && o.rate <= 18446744073709551615n)))
  );
}

function test22(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.weight === undefined || (Number.isSafeInteger(o.weight) && (o.weight as number) >= 0 && (o.weight as number) <= 65535)) &&
    (o.leafWeight === undefined || (Number.isSafeInteger(o.leafWeight) && (o.leafWeight as number) >= 0 && (o.leafWeight as number) <= 65535)) &&
    (o.weightDevice === undefined || isListOf(o.weightDevice, test20)) &&
    (o.throttleReadBpsDevice === undefined || isListOf(o.throttleReadBpsDevice, test21)) &&
    (o.throttleWriteBpsDevice === undefined || isListOf(o.throttleWriteBpsDevice, test21)) &&
    (o.throttleReadIOPSDevice === undefined || isListOf(o.throttleReadIOPSDevice, test21)) &&
    (o.throttleWriteIOPSDevice === undefined || isListOf(o.throttleWriteIOPSDevice, test21))
  );
}

function test23(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (typeof o.pageSize === 'string' && VALUES_6.test(o.pageSize)) &&
    ((Number.isSafeInteger(o.limit) && (o.limit as number) >= 0) || (typeof o.limit === 'bigint' && o.limit >= 0n && o.limit <= 18446744073709551615n))
  );
}

function test24(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    typeof o.name === 'string' &&
    (Number.isSafeInteger(o.priority) && (o.priority as number) >= 0 && (o.priority as number) <= 4294967295)
  );
}

function test25(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.classID === undefined || (Number.isSafeInteger(o.classID) && (o.classID as number) >= 0 && (o.classID as number) <= 4294967295)) &&
    (o.priorities === undefined || isListOf(o.priorities, test24))
  );
}

function test26(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.hcaHandles === undefined || (Number.isSafeInteger(o.hcaHandles) && (o.hcaHandles as number) >= 0 && (o.hcaHandles as number) <= 4294967295)) &&
    (o.hcaObjects === undefined || (Number.isSafeInteger(o.hcaObjects) && (o.hcaObjects as number) >= 0 && (o.hcaObjects as number) <= 4294967295))
  );
}

function test27(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.devices === undefined || isListOf(o.devices, test16)) &&
    (o.memory === undefined || test17(o.memory)) &&
    (o.cpu === undefined || test18(o.cpu)) &&
    (o.pids === undefined || test19(o.pids)) &&
    (o.blockIO === undefined || test22(o.blockIO)) &&
    (o.hugepageLimits === undefined || isListOf(o.hugepageLimits, test23)) &&
    (o.network === undefined || test25(o.network)) &&
    (o.rdma === undefined || isMapOf(o.rdma, test26)) &&
    (o.unified === undefined || isMapOf(o.unified, isText))
  );
}

function test28(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_7.includes(o.type) &&
    typeof o.path === 'string' &&
    (o.major === undefined || ((Number.isSafeInteger(o.major)) || (typeof o.major === 'bigint' && o.major >= -9223372036854775808n && o.major <= 9223372036854775807n))) &&
    (o.minor === undefined || ((Number.isSafeInteger(o.minor)) || (typeof o.minor === 'bigint' && o.minor >= -9223372036854775808n && o.minor <= 9223372036854775807n))) &&
    (o.fileMode === undefined || (Number.isSafeInteger(o.fileMode) && (o.fileMode as number) >= 0 && (o.fileMode as number) <= 4294967295)) &&
    (o.uid === undefined || (Number.isSafeInteger(o.uid) && (o.uid as number) >= 0 && (o.uid as number) <= 4294967294)) &&
    (o.gid === undefined || (Number.isSafeInteger(o.gid) && (o.gid as number) >= 0 && (o.gid as number) <= 4294967294))
  );
}

function test29(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.name === undefined || typeof o.name === 'string')
  );
}

function test30(value: unknown): boolean {
  return VALUES_9.includes(value);
}

function test31(value: unknown): boolean {
  return VALUES_10.includes(value);
}

function test32(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (Number.isSafeInteger(o.index) && (o.index as number) >= 0 && (o.index as number) <= 4294967295) &&
    ((Number.isSafeInteger(o.value) && (o.value as number) >= 0) || (typeof o.value === 'bigint' && o.value >= 0n && o.value <= 18446744073709551615n)) &&
    (o.valueTwo === undefined || ((Number.isSafeInteger(o.valueTwo) && (o.valueTwo as number) >= 0) || (typeof o.valueTwo === 'bigint' && o.valueTwo >= 0n && o.valueTwo <= 18446744073709551615n))) &&
    VALUES_11.includes(o.op)
  );
}

function test33(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (areTexts(o.names) && (o.names as readonly string[]).length > 0) &&
    VALUES_8.includes(o.action) &&
    (o.errnoRet === undefined || (Number.isSafeInteger(o.errnoRet) && (o.errnoRet as number) >= 0 && (o.errnoRet as number) <= 4294967295)) &&
    (o.args === undefined || isListOf(o.args, test32))
  );
}

function test34(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_8.includes(o.defaultAction) &&
    (o.defaultErrnoRet === undefined || (Number.isSafeInteger(o.defaultErrnoRet) && (o.defaultErrnoRet as number) >= 0 && (o.defaultErrnoRet as number) <= 4294967295)) &&
    (o.listenerPath === undefined || typeof o.listenerPath === 'string') &&
    (o.listenerMetadata === undefined || typeof o.listenerMetadata === 'string') &&
    (o.architectures === undefined || isListOf(o.architectures, test30)) &&
    (o.flags === undefined || isListOf(o.flags, test31)) &&
    (o.syscalls === undefined || isListOf(o.syscalls, test33))
  );
}

function test35(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    VALUES_13.includes(o.domain) &&
    (o.flags === undefined || areTexts(o.flags))
  );
}

function test36(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.secs === undefined || ((Number.isSafeInteger(o.secs)) || (typeof o.secs === 'bigint' && o.secs >= -9223372036854775808n && o.secs <= 9223372036854775807n))) &&
    (o.nanosecs === undefined || (Number.isSafeInteger(o.nanosecs) && (o.nanosecs as number) >= 0 && (o.nanosecs as number) <= 4294967295))
  );
}

function test37(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.monotonic === undefined || test36(o.monotonic)) &&
    (o.boottime === undefined || test36(o.boottime))
  );
}

function test38(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (o.cgroupsPath === undefined || typeof o.cgroupsPath === 'string') &&
    (o.maskedPaths === undefined || areTexts(o.maskedPaths)) &&
    (o.readonlyPaths === undefined || areTexts(o.readonlyPaths)) &&
    (o.mountLabel === undefined || typeof o.mountLabel === 'string') &&
    (o.namespaces === undefined || isListOf(o.namespaces, test15)) &&
    (o.uidMappings === undefined || isListOf(o.uidMappings, test11)) &&
    (o.gidMappings === undefined || isListOf(o.gidMappings, test11)) &&
    (o.resources === undefined || test27(o.resources)) &&
    (o.devices === undefined || isListOf(o.devices, test28)) &&
    (o.netDevices === undefined || isMapOf(o.netDevices, test29)) &&
    (o.sysctl === undefined || isMapOf(o.sysctl, isText)) &&
    (o.seccomp === undefined || (o.seccomp === undefined || test34(o.seccomp))) &&
    (o.rootfsPropagation === undefined || VALUES_12.includes(o.rootfsPropagation)) &&
    o.intelRdt === undefined &&
    o.memoryPolicy === undefined &&
    (o.personality === undefined || test35(o.personality)) &&
    (o.timeOffsets === undefined || test37(o.timeOffsets))
  );
}

function test39(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const o = value as Properties;
  return (
    (typeof o.ociVersion === 'string' && isVersion1(o.ociVersion)) &&
    (o.hostname === undefined || typeof o.hostname === 'string') &&
    (o.domainname === undefined || typeof o.domainname === 'string') &&
    (o.root === undefined || test10(o.root)) &&
    (o.mounts === undefined || isListOf(o.mounts, test12)) &&
    (o.process === undefined || test9(o.process)) &&
    (o.hooks === undefined || test14(o.hooks)) &&
    (o.annotations === undefined || isMapOf(o.annotations, isText)) &&
    (o.linux === undefined || test38(o.linux)) &&
    o.vm === undefined &&
    o.windows === undefined &&
    o.solaris === undefined &&
    o.freebsd === undefined &&
    o.zos === undefined
  );
}

export function acceptsProcess(value: unknown): boolean {
  return test9(value);
}

export function acceptsConfig(value: unknown): boolean {
  return test39(value);
}
