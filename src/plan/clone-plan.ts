import type { Argument } from '../../native-bindings/executor/call.ts';
import { cstring, struct } from '../../native-bindings/executor/call.ts';
import { CLONE_INTO_CGROUP, CLONE_PARENT } from '../../native-bindings/kernel/clone.ts';
import { O_CLOEXEC } from '../../native-bindings/kernel/open.ts';
import { PR_SET_DUMPABLE, PR_SET_NAME } from '../../native-bindings/kernel/prctl.ts';
import { RLIMITS } from '../../native-bindings/kernel/rlimit.ts';
import { clone_args, rlimit64 } from '../../native-bindings/struct/structs.ts';
import { type Step, StepList } from './builder.ts';
import type { Descriptors } from './descriptors.ts';
import type { PlanInput } from './input.ts';
import { cloneFlags, hasNewNamespace } from './namespaces.ts';
import { planBoundingSet } from './process/capabilities.ts';

const CLOSE_RANGE_CLOEXEC = 4;
const ALL = 0xffff_ffff;

/** Where the first process finds what it was spawned with, above `fds.atSpawn`. */
export interface SpawnLayout {
  /** The container's cgroup, for CLONE_INTO_CGROUP; absent without one. */
  readonly cgroup?: number;
  /** The root file system's directory. */
  readonly rootfs: number;
}

/**
 * Stage 1: puts the descriptors in place and clones init into its namespaces and its cgroup. CLONE_PARENT makes init a
 * child of ocirun and so, when ocirun has ended, of whoever reaps for it.
 */
export function planClone(input: PlanInput, layout: SpawnLayout): Step[] {
  const steps = new StepList();
  const { config, fds, facts } = input;
  steps.about('', 'put descriptors in place', () => {
    // In a new user namespace the process stays dumpable until its mappings are written: nobody else is in there yet.
    if (!hasNewNamespace(config, 'user')) steps.call('prctl', [PR_SET_DUMPABLE, 0, 0, 0, 0]);
    placeDescriptors(steps, fds);
    // Without it ps(1) shows the number of the descriptor that was executed.
    steps.call('prctl', [PR_SET_NAME, cstring('ocirun-init')]);
    // Modes of devices and mount points are meant as they are written.
    steps.call('umask', [0]);
    const limit = struct(rlimit64, { rlim_cur: facts.openFiles.soft, rlim_max: facts.openFiles.hard });
    steps.call('prlimit64', [0, RLIMITS.RLIMIT_NOFILE, limit, 0]);
  });
  // A new user namespace starts with a full bounding set; otherwise this is done while ocirun still has other work.
  if (!hasNewNamespace(config, 'user')) {
    planBoundingSet(steps, config.process?.capabilities, facts.lastCapability);
  }
  steps.about('root.path', 'stand in the root file system', () => steps.call('fchdir', [layout.rootfs]));
  steps.about('linux.namespaces', 'clone init into its namespaces', () => {
    const intoCgroup = layout.cgroup === undefined ? 0 : CLONE_INTO_CGROUP;
    const args = struct(clone_args, {
      flags: BigInt(CLONE_PARENT) | BigInt(cloneFlags(config)) | BigInt(intoCgroup),
      cgroup: layout.cgroup ?? 0,
    });
    steps.call('clone3', [args, clone_args.size]);
    steps.call('close_range', [fds.root, ALL, 0]);
  });
  return steps.steps;
}

/** Moves what stands above `fds.atSpawn` down to its place, and makes all but the container's own close-on-exec. */
function placeDescriptors(steps: StepList, fds: Descriptors): void {
  const listener: Argument = fds.atSpawn;
  if (fds.channel !== 3) steps.call('dup3', [3, fds.channel, O_CLOEXEC]);
  steps.call('dup3', [listener, fds.startListener, O_CLOEXEC]);
  for (let index = 0; index < fds.preserved; index++) steps.call('dup3', [fds.atSpawn + 3 + index, 3 + index, 0]);
  steps.call('close_range', [fds.channel, ALL, CLOSE_RANGE_CLOEXEC]);
}
