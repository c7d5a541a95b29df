import type { Call } from '../../native-bindings/executor/call.ts';
import { Executor } from '../../native-bindings/executor/channel.ts';
import type { Step } from '../../src/plan/builder.ts';
import { InitConversation } from '../../src/runtime/init-conversation.ts';

/**
 * Makes one call of the plans of a container fail: plans are data. The call is changed in place, because other calls
 * refer to it, while its plan is encoded.
 */

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** close(2) of no descriptor fails with EBADF, which no plan expects. */
const FAILING: Call = { name: 'close', args: [-1] };

function encodeFailing<T>(call: Call, encode: () => T): T {
  const changed = call as Writable<Call>;
  const original = { ...call };
  for (const key of Object.keys(changed) as (keyof Call)[]) delete (changed as Partial<Writable<Call>>)[key];
  Object.assign(changed, FAILING);
  try {
    return encode();
  } finally {
    Object.assign(changed, original);
  }
}

/** All steps of the plans that init was sent while `work` ran; the one with the index `failing` was made to fail. */
export async function withFailingStep(failing: number, work: () => Promise<void>): Promise<Step[]> {
  const { encode } = InitConversation.prototype;
  const seen: Step[] = [];
  InitConversation.prototype.encode = function (steps) {
    const victim = steps[failing - seen.length];
    seen.push(...steps);
    const whole = () => encode.call(this, steps);
    return victim ? encodeFailing(victim.call, whole) : whole();
  };
  try {
    await work();
  } finally {
    InitConversation.prototype.encode = encode;
  }
  return seen;
}

/** The same for the plans of hooks and other programs. Returns how many calls they had. */
export async function withFailingProgramCall(failing: number, work: () => Promise<void>): Promise<number> {
  const { send } = Executor.prototype;
  let seen = 0;
  Executor.prototype.send = function (calls, channel) {
    const victim = calls[failing - seen];
    seen += calls.length;
    const whole = () => send.call(this, calls, channel);
    return victim ? encodeFailing(victim, whole) : whole();
  };
  try {
    await work();
  } finally {
    Executor.prototype.send = send;
  }
  return seen;
}
