/**
 * The documents of the OCI runtime specification 1.3: parsing, validation, types. `state.ts` and `features.ts` are
 * imported on their own, so that a command which reads config.json does not load them; their types are here.
 */
export type { BlockIo, BlockIoThrottleDevice, BlockIoWeightDevice } from './block-io.ts';
export type { Config } from './config.ts';
export type { Device, NetDevice, NetDevices } from './devices.ts';
export type { Features } from './features.ts';
export type { Freebsd } from './freebsd.ts';
export { HOOK_KINDS, type Hook, type HookKind, type Hooks } from './hooks.ts';
export type { IdMapping } from './id-mappings.ts';
export { type Integer, toBigInt } from './integers.ts';
export type { IntelRdt } from './intel-rdt.ts';
export { JsonError } from './json/json-error.ts';
export { parseJson } from './json/parse-json.ts';
export type { Linux, RootfsPropagation } from './linux.ts';
export type { MemoryPolicy } from './memory-policy.ts';
export type { Mount } from './mounts.ts';
export { NAMESPACE_TYPES, type Namespace, type NamespaceType } from './namespaces.ts';
export { type ConfigOptions, parseConfig, parseProcess, parseResources, type RunnableConfig } from './parse-config.ts';
export type { Parsed } from './parse-document.ts';
export type { Personality } from './personality.ts';
export type { Path, Problem } from './problems/problem.ts';
export { showPath } from './problems/show-path.ts';
export { quote } from './problems/show-value.ts';
export type { Capabilities, ConsoleSize, Process, User } from './process.ts';
export type { Cpu, DeviceRule, HugepageLimit, Memory, Network, Pids, Rdma, Resources } from './resources.ts';
export { RLIMIT_TYPES, type Rlimit, type RlimitType } from './rlimits.ts';
export type { Root } from './root.ts';
export type { ExecCpuAffinity, IoPriority, Scheduler } from './scheduling.ts';
export type { Seccomp, SeccompArg, SeccompSyscall } from './seccomp.ts';
export type { SeccompAction, SeccompArchitecture, SeccompFlag, SeccompOperator } from './seccomp-values.ts';
export type { Solaris } from './solaris.ts';
export type { State, Status } from './state.ts';
export type { TimeOffset, TimeOffsets } from './time-offsets.ts';
export type { Vm } from './vm.ts';
export type { Windows } from './windows.ts';
export type { Zos } from './zos.ts';
