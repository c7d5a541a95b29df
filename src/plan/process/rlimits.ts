import type { Process } from '../../../config-schema/index.ts';
import { struct } from '../../../native-bindings/executor/call.ts';
import { RLIMITS } from '../../../native-bindings/kernel/rlimit.ts';
import { rlimit64 } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

/** Below this many descriptors init itself could not accept the connection of `start`. */
const TINY = 16;

/** Whether a limit can only be set when init needs no descriptors any more. */
function isTiny(type: string, soft: number | bigint): boolean {
  return type === 'RLIMIT_NOFILE' && soft < TINY;
}

/**
 * Sets `process.rlimits`. Most of them before the change of user, because raising a hard limit needs CAP_SYS_RESOURCE.
 * @param when `late`: the limits under which init could not do the rest of its work, right before execve
 */
export function planRlimits(steps: StepList, process: Process, when: 'early' | 'late'): void {
  for (const [index, { type, soft, hard }] of (process.rlimits ?? []).entries()) {
    if (isTiny(type, soft) !== (when === 'late')) continue;
    steps.about(`process.rlimits[${index}]`, `set ${type} to ${soft}, at most ${hard}`, () => {
      const limit = struct(rlimit64, { rlim_cur: soft, rlim_max: hard });
      steps.call('prlimit64', [0, RLIMITS[type], limit, 0]);
    });
  }
}
