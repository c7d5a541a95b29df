import { type Executor, ExecutorTimeout } from '../../native-bindings/executor/channel.ts';
import { encodePlan, type Reply } from '../../native-bindings/executor/wire.ts';
import { openPidfd, reapPidfd, signalPidfd } from '../../native-bindings/process.ts';
import { hostArchitecture } from '../../native-bindings/syscall.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import type { Step } from '../plan/builder.ts';
import { isComplete, planFailure, readExplanation } from './plan-failure.ts';
import { RuntimeError } from './runtime-error.ts';

/** How long one part of the set-up may take. A mount of a network file system can be slow; for ever is a hang. */
const TIMEOUT_MS = 120_000;
const SIGKILL = 9;

/*
 *   ocirun                                   executor, stage 1             init, stage 2
 *     spawn ------------------------------>  waits
 *     plan "clone" ----------------------->  descriptors, clone3 ------->  exists
 *     <------------------- pid of init ----  exits
 *     <---------------------------------------------------------- "clone" is done
 *     uid_map, gid_map, oom_score_adj
 *     plan "file system" -------------------------------------->  mounts, devices
 *     <---------------------------------------------------------  done
 *     prestart, createRuntime, createContainer hooks
 *     plan "enter root, process" ------------------------------>  pivot_root, user, args[0]
 *     <---------------------------------------------------------  what args[0] is
 *     state.json
 *     plan "wait and execute" --------------------------------->  accept4 ... execve
 *     closes the channel
 *                                            `ocirun start` connects, and gets the reply if execve fails
 */

/** The channel to init, from the clone on. */
export class InitConversation {
  readonly executor: Executor;
  private readonly channel: number;

  constructor(executor: Executor, channel: number) {
    this.executor = executor;
    this.channel = channel;
  }

  /**
   * How the plan that clones init ended.
   * @returns init's pid
   * @throws {RuntimeError}
   */
  receiveClone(steps: readonly Step[]): number {
    let pid: number | undefined;
    for (;;) {
      const reply = this.receive('clone');
      if (isComplete(reply)) {
        // The child's reply can overtake its parent's.
        return pid ?? this.receive('clone').result;
      }
      if (steps[reply.index]?.call.name !== 'clone3' || reply.result < 0) {
        const isAfterClone = steps.slice(0, reply.index).some(({ call }) => call.name === 'clone3');
        const init = pid ?? (isAfterClone ? this.receive('clone').result : undefined);
        if (init !== undefined) end(init);
        throw this.failure(steps, reply);
      }
      pid = reply.result;
    }
  }

  /** Runs a plan to its end. @throws {RuntimeError} */
  run(steps: readonly Step[], phase: string): void {
    this.send(steps, phase);
    const reply = this.receive(phase);
    if (!isComplete(reply)) throw this.failure(steps, reply);
  }

  /** Sends a plan without waiting for its reply. @throws {RuntimeError} when init died */
  send(steps: readonly Step[], phase: string): void {
    this.sendEncoded(this.encode(steps), phase);
  }

  /** Encodes a plan for a later `sendEncoded`. */
  encode(steps: readonly Step[]): Uint8Array {
    return encodePlan(
      steps.map((step) => step.call),
      hostArchitecture(),
      this.channel,
    );
  }

  /** Sends what `encode` made. @throws {RuntimeError} when init died */
  sendEncoded(message: Uint8Array, phase: string): void {
    try {
      this.executor.sendEncoded(message);
    } catch (error) {
      if (isErrno(error, 'EPIPE', 'ECONNRESET')) throw died(phase);
      throw error;
    }
  }

  /** The error for a plan that stopped, with the file system's own explanation where it left one. */
  failure(steps: readonly Step[], reply: Reply): RuntimeError {
    return planFailure(steps, reply, readExplanation(this.executor, steps, reply, this.channel));
  }

  /** How the plan that was sent ended. @throws {RuntimeError} when init died or is silent */
  receive(phase: string): Reply {
    try {
      const reply = this.executor.receive(TIMEOUT_MS);
      if (!reply) throw died(phase);
      return reply;
    } catch (error) {
      if (error instanceof ExecutorTimeout) {
        throw new RuntimeError(
          'TIMEOUT',
          `container init did not answer within ${TIMEOUT_MS / 1000} s (phase: ${phase})`,
        );
      }
      throw error;
    }
  }
}

/** Ends and reaps an init that nobody watches yet. */
function end(pid: number): void {
  using pidfd = openPidfd(pid);
  if (!pidfd) return;
  signalPidfd(pidfd.number, SIGKILL);
  reapPidfd(pidfd.number, { hang: true });
}

function died(phase: string): RuntimeError {
  return new RuntimeError(
    'KERNEL',
    `container init died while it was set up (phase: ${phase}); was it killed, or is its memory limit too low?`,
  );
}
