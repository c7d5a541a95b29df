import type { Argument, Call } from '../../../native-bindings/executor/call.ts';
import type { ErrnoName } from '../../../native-bindings/kernel/errno.ts';
import type { Step } from '../builder.ts';
import { callText } from '../describe/call-text.ts';

/** What became of a plan. */
export interface PlanRun {
  /** The calls that were made, in their order, failed ones included. */
  readonly made: readonly Step[];
  /** The step whose failure ended the plan; undefined when it ran to its end. */
  readonly failed: Step | undefined;
}

/** What a call answers: an errno, or undefined for success. */
export type Answers = (call: Call, step: Step) => ErrnoName | undefined;

/**
 * Plays a plan as the executor does (native-bindings/executor/wire.ts), on a host that answers as a test wants.
 * Checks of constants are decided by the constants; other checks hold unless `answers` says EPERM.
 * @throws when a call uses the result of a call that was not made or has failed
 */
export function runPlan(steps: readonly Step[], answers: Answers = () => undefined): PlanRun {
  const made: Step[] = [];
  const succeeded = new Set<Call>();
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index];
    if (!step) break;
    const { call } = step;
    for (const argument of call.args) assertKnown(argument, call, succeeded);
    made.push(step);
    const errno = decided(call) ?? answers(call, step);
    if (errno === undefined) {
      succeeded.add(call);
      index += call.skipAfterSuccess ?? 0;
    } else if (call.goOnAfter === 'any' || call.goOnAfter?.includes(errno)) index += call.skipAfterFailure ?? 0;
    else return { made, failed: step };
  }
  return { made, failed: undefined };
}

/** The calls that are made, as text without places of results: `openat2(5, "/a", ..., 24)`. */
export function madeCalls(steps: readonly Step[], answers?: Answers): string[] {
  return runPlan(steps, answers)
    .made.filter(({ call }) => call.name !== 'check')
    .map(({ call }) => callText(call, () => 0).replaceAll('#0', '#'));
}

/** Only the names of the calls that are made. */
export function madeNames(steps: readonly Step[], answers?: Answers): string[] {
  return runPlan(steps, answers).made.map(({ call }) => call.name);
}

/** The first string among a call's arguments. */
export function textOf(call: Call): string {
  const found = call.args.find(
    (argument) => typeof argument === 'object' && argument.kind === 'cstring' && argument.text !== '',
  );
  return typeof found === 'object' && found.kind === 'cstring' ? found.text : '';
}

function decided({ name, args }: Call): ErrnoName | undefined {
  const [value, mask, wanted] = args;
  if (name !== 'check' || typeof value !== 'number' || typeof mask !== 'number') return undefined;
  return (value & mask) === wanted ? undefined : 'EPERM';
}

function assertKnown(argument: Argument, call: Call, succeeded: ReadonlySet<Call>): void {
  if (typeof argument !== 'object' || argument.kind !== 'result' || succeeded.has(argument.of)) return;
  throw new Error(`${callText(call, () => 0)} uses the result of ${argument.of.name}, which there is not`);
}
