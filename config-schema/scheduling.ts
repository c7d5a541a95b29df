import * as z from 'zod/mini';
import { optionalInt32, optionalUint64 } from './integers.ts';
import { matching } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const schedulerFlags = once(() =>
  z.array(
    z.enum([
      'SCHED_FLAG_RESET_ON_FORK',
      'SCHED_FLAG_RECLAIM',
      'SCHED_FLAG_DL_OVERRUN',
      'SCHED_FLAG_KEEP_POLICY',
      'SCHED_FLAG_KEEP_PARAMS',
      'SCHED_FLAG_UTIL_CLAMP_MIN',
      'SCHED_FLAG_UTIL_CLAMP_MAX',
    ]),
  ),
);

/** runtime-spec config.md, "Linux Process", `scheduler`: arguments of sched_setattr(2). */
export const schedulerSchema = once(() =>
  object(
    {
      policy: z.enum([
        'SCHED_OTHER',
        'SCHED_FIFO',
        'SCHED_RR',
        'SCHED_BATCH',
        'SCHED_ISO',
        'SCHED_IDLE',
        'SCHED_DEADLINE',
      ]),
      nice: optionalInt32(),
      priority: optionalInt32(),
      runtime: optionalUint64(),
      deadline: optionalUint64(),
      period: optionalUint64(),
    },
    { flags: schedulerFlags },
  ),
);

/** runtime-spec config.md, "Linux Process", `ioPriority`: arguments of ioprio_set(2). */
export const ioPrioritySchema = once(() =>
  object({
    class: z.enum(['IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE']),
    priority: optionalInt32(),
  }),
);

/** runtime-spec config.md, "Linux Process", `execCPUAffinity`: processor lists in the cpuset format, for `exec` only. */
export const execCpuAffinitySchema = once(() => {
  const cpuList = z.optional(matching(/^[0-9, -]*$/, 'a list of processors such as "0-3,7"'));
  return object({ initial: cpuList, final: cpuList });
});

export type Scheduler = z.output<ReturnType<typeof schedulerSchema>>;
export type IoPriority = z.output<ReturnType<typeof ioPrioritySchema>>;
export type ExecCpuAffinity = z.output<ReturnType<typeof execCpuAffinitySchema>>;
