import type { Process } from '../../../config-schema/index.ts';
import { struct } from '../../../native-bindings/executor/call.ts';
import { RLIMITS } from '../../../native-bindings/kernel/rlimit.ts';
import { rlimit64 } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

/** Sets `process.rlimits`, before the change of user: raising a hard limit needs CAP_SYS_RESOURCE. */
export function planRlimits(steps: StepList, process: Process): void {
  for (const [index, { type, soft, hard }] of (process.rlimits ?? []).entries()) {
    steps.about(`process.rlimits[${index}]`, `set ${type} to ${soft}, at most ${hard}`, () => {
      const limit = struct(rlimit64, { rlim_cur: soft, rlim_max: hard });
      steps.call('prlimit64', [0, RLIMITS[type], limit, 0]);
    });
  }
}
