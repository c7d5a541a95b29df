import type { Argument, Call, ResultOf } from '../../native-bindings/executor/call.ts';
import { resultOf } from '../../native-bindings/executor/call.ts';
import type { ErrnoName } from '../../native-bindings/kernel/errno.ts';

/** One call of a plan, with what a person needs to understand it and its failure. */
export interface Step {
  readonly call: Call;
  /** Where in config.json it comes from, `mounts[3]`; the empty string for what every container gets. */
  readonly configPath: string;
  /** What it is for, as the subject of an error: `mount tmpfs on /dev`. */
  readonly purpose: string;
}

const ALWAYS_TRUE = [0, 0, 0];
/** A call's skip counts are bytes (native-bindings/executor/wire.ts). */
const MAX_SKIP = 255;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Collects the steps of one part of a plan. Pure: what it is told goes in, a list comes out. */
export class StepList {
  readonly steps: Step[] = [];
  private configPath = '';
  private purpose = '';

  /** The calls added inside `work` are for this purpose and come from this place in config.json. */
  about(configPath: string, purpose: string, work: () => void): void {
    const outer = [this.configPath, this.purpose] as const;
    this.configPath = configPath;
    this.purpose = purpose;
    work();
    [this.configPath, this.purpose] = outer;
  }

  /** Adds a call that must succeed, unless it fails with one of the errnos in `ignoring`. */
  call(name: Call['name'], args: readonly Argument[], ignoring?: readonly ErrnoName[] | 'any'): ResultOf {
    return resultOf(this.add(name, args, ignoring));
  }

  /** Adds a call; when it fails with one of `errnos`, what `rest` adds is left out. */
  callOrSkip(
    name: Call['name'],
    args: readonly Argument[],
    errnos: readonly ErrnoName[] | 'any',
    rest: (result: ResultOf) => void,
  ): void {
    const call = this.add(name, args, errnos);
    const before = this.steps.length;
    rest(resultOf(call));
    call.skipAfterFailure = this.distance(before);
  }

  /** Adds a call; when it fails with one of `errnos`, what `instead` adds is done, and only then. */
  callOrElse(
    name: Call['name'],
    args: readonly Argument[],
    errnos: readonly ErrnoName[] | 'any',
    instead: () => void,
  ): ResultOf {
    const call = this.add(name, args, errnos);
    const before = this.steps.length;
    instead();
    call.skipAfterSuccess = this.distance(before);
    return resultOf(call);
  }

  /** Adds a `check` of these arguments: `whenTrue` is done when it holds, `whenFalse` when it does not. */
  branch(condition: readonly Argument[], whenTrue: () => void, whenFalse: () => void): void {
    this.callAndThen('check', condition, ['EPERM'], whenTrue, whenFalse);
  }

  /** Adds a call: `then` is done after its success, `otherwise` after a failure with one of `errnos`. */
  callAndThen(
    name: Call['name'],
    args: readonly Argument[],
    errnos: readonly ErrnoName[],
    then: (result: ResultOf) => void,
    otherwise: () => void,
  ): void {
    const call = this.add(name, args, errnos);
    const start = this.steps.length;
    otherwise();
    // A check that always holds is a jump: it costs no system call.
    const jump = this.add('check', ALWAYS_TRUE);
    call.skipAfterSuccess = this.distance(start);
    const middle = this.steps.length;
    then(resultOf(call));
    jump.skipAfterSuccess = this.distance(middle);
  }

  /** How many steps were added since. @throws {RangeError} for more than a call can skip: an absurdly deep path */
  private distance(since: number): number {
    const count = this.steps.length - since;
    if (count <= MAX_SKIP) return count;
    throw new RangeError(`${this.configPath}: cannot ${this.purpose}: the path has too many components`);
  }

  private add(name: Call['name'], args: readonly Argument[], goOnAfter?: readonly ErrnoName[] | 'any'): Writable<Call> {
    const call: Writable<Call> = goOnAfter === undefined ? { name, args } : { name, args, goOnAfter };
    this.steps.push({ call, configPath: this.configPath, purpose: this.purpose });
    return call;
  }
}
