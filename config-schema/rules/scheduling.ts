import type { Scheduler } from '../scheduling.ts';
import type { Rule } from './rule.ts';

const isSet = (value: number | bigint | undefined): boolean => value !== undefined && BigInt(value) !== 0n;

/** Which policies take which parameters (sched(7)). Go leaves out zeros, so a zero counts as not set. */
const PARAMETERS = [
  ['nice', ['SCHED_OTHER', 'SCHED_BATCH']],
  ['priority', ['SCHED_FIFO', 'SCHED_RR']],
  ['runtime', ['SCHED_DEADLINE']],
  ['deadline', ['SCHED_DEADLINE']],
  ['period', ['SCHED_DEADLINE']],
] as const satisfies readonly (readonly [keyof Scheduler, readonly Scheduler['policy'][]])[];

const parametersFitThePolicy: Rule = {
  name: 'scheduler-parameters-fit-the-policy',
  check({ process }, report) {
    const scheduler = process?.scheduler;
    if (scheduler?.policy === undefined) return;
    for (const [parameter, policies] of PARAMETERS) {
      const value = scheduler[parameter];
      if (!isSet(value) || policies.some((policy) => policy === scheduler.policy)) continue;
      report({
        path: ['process', 'scheduler', parameter],
        says: `${parameter} goes with ${policies.join(' and ')} only, not with ${scheduler.policy}`,
        wanted: 'no value',
        found: value,
      });
    }
  },
};

const niceIsInRange: Rule = {
  name: 'scheduler-nice-is-in-range',
  check({ process }, report) {
    const nice = process?.scheduler?.nice;
    if (nice === undefined || (nice >= -20 && nice <= 19)) return;
    const wanted = 'an integer from -20 to 19';
    report({ path: ['process', 'scheduler', 'nice'], says: `expected ${wanted}`, wanted, found: nice });
  },
};

const realTimePriorityIsInRange: Rule = {
  name: 'scheduler-priority-is-in-range',
  relyOn: [['process', 'scheduler', 'priority']],
  check({ process }, report) {
    const scheduler = process?.scheduler;
    if (scheduler?.policy !== 'SCHED_FIFO' && scheduler?.policy !== 'SCHED_RR') return;
    const priority = scheduler.priority ?? 0;
    if (priority >= 1 && priority <= 99) return;
    report({
      path: ['process', 'scheduler', 'priority'],
      says: `${scheduler.policy} needs a priority from 1 to 99`,
      wanted: 'an integer from 1 to 99',
      found: scheduler.priority,
    });
  },
};

const deadlineTimesAreOrdered: Rule = {
  name: 'scheduler-deadline-times-are-ordered',
  relyOn: [['process', 'scheduler']],
  check({ process }, report) {
    const scheduler = process?.scheduler;
    if (scheduler?.policy !== 'SCHED_DEADLINE') return;
    const { runtime = 0, deadline = 0, period = 0 } = scheduler;
    // A period of 0 means "as long as the deadline" (sched_setattr(2)).
    if (isSet(runtime) && runtime <= deadline && (!isSet(period) || deadline <= period)) return;
    report({
      path: ['process', 'scheduler'],
      says: `SCHED_DEADLINE needs 0 < runtime <= deadline <= period, found ${runtime}, ${deadline}, ${period}`,
      wanted: '0 < runtime <= deadline <= period',
    });
  },
};

const ioPriorityIsInRange: Rule = {
  name: 'io-priority-is-in-range',
  check({ process }, report) {
    const priority = process?.ioPriority?.priority;
    if (priority === undefined || (priority >= 0 && priority <= 7)) return;
    const wanted = 'an integer from 0 to 7';
    report({ path: ['process', 'ioPriority', 'priority'], says: `expected ${wanted}`, wanted, found: priority });
  },
};

export const schedulingRules: readonly Rule[] = [
  parametersFitThePolicy,
  niceIsInRange,
  realTimePriorityIsInRange,
  deadlineTimesAreOrdered,
  ioPriorityIsInRange,
];
