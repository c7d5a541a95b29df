import type { Fd } from '../fd.ts';
import { allocateMemory, type NativeMemory } from '../memory.ts';
import { pollReadable } from '../poll.ts';
import { type Exit, openPidfd, reapPidfd, signalPidfd } from '../process.ts';
import { spawn } from '../spawn.ts';
import { hostArchitecture, syscall } from '../syscall.ts';
import { isErrno } from '../system-error.ts';
import { sendAll, socketPair } from '../unix-socket.ts';
import type { Call } from './call.ts';
import { executorImage } from './image.ts';
import { decodeReply, encodePlan, FIRST_CHANNEL, REPLY_BYTES, type Reply } from './wire.ts';

const SIGKILL = 9;

/** An executor that was spawned, and the socket to it. The children that its plans clone share the socket. */
export class Executor implements Disposable {
  readonly pid: number;
  readonly pidfd: Fd;
  readonly channel: Fd;
  private reaped: Exit | undefined;
  private buffer: NativeMemory | undefined;

  private constructor(pid: number, pidfd: Fd, channel: Fd) {
    this.pid = pid;
    this.pidfd = pidfd;
    this.channel = channel;
  }

  /**
   * Spawns an executor.
   * @param fds its descriptors besides 0, 1, 2 and the channel (3): target number to source number
   * @throws {SystemError}
   */
  static spawn(fds: ReadonlyMap<number, number> = new Map()): Executor {
    using image = executorImage();
    const [ours, theirs] = socketPair();
    try {
      const pid = spawn({
        image: image.number,
        argv: ['ocirun-init'],
        fds: new Map([[FIRST_CHANNEL, theirs.number], ...fds]),
      });
      const pidfd = openPidfd(pid);
      if (!pidfd) throw new Error(`the executor (pid ${pid}) vanished before it could be watched`);
      return new Executor(pid, pidfd, ours);
    } catch (error) {
      ours.close();
      throw error;
    } finally {
      theirs.close();
    }
  }

  /**
   * Sends a plan.
   * @param channel the fd on which the executor answers and reads on
   * @throws {SystemError} EPIPE or ECONNRESET when the executor is gone
   */
  send(calls: readonly Call[], channel: number = FIRST_CHANNEL): void {
    this.sendEncoded(encodePlan(calls, hostArchitecture(), channel));
  }

  /** Sends a plan that was encoded before (`encodePlan`), while the executor was busy. @throws {SystemError} */
  sendEncoded(message: Uint8Array): void {
    if (!this.buffer || this.buffer.bytes.length < message.length) {
      this.buffer = allocateMemory(Math.max(message.length, 64 * 1024));
    }
    this.buffer.bytes.set(message);
    sendAll(this.channel.number, this.buffer.address, message.length);
  }

  /**
   * The next reply, or undefined when the other end closed: the executor ended, or an execve succeeded.
   * @param timeoutMs how long to wait for it
   * @throws {ExecutorTimeout}
   */
  receive(timeoutMs: number): Reply | undefined {
    const bytes = this.receiveBytes(REPLY_BYTES, timeoutMs);
    return bytes && decodeReply(bytes);
  }

  /** `sizeBytes` bytes that a plan wrote to the channel, or undefined when the other end closed before all came. */
  receiveBytes(sizeBytes: number, timeoutMs: number): Uint8Array | undefined {
    const deadline = performance.now() + timeoutMs;
    const bytes = new Uint8Array(sizeBytes);
    this.buffer ??= allocateMemory(64 * 1024);
    for (let done = 0; done < sizeBytes; ) {
      const left = deadline - performance.now();
      if (pollReadable([this.channel.number], Math.max(0, left)).length === 0) throw new ExecutorTimeout(timeoutMs);
      const length = this.readInto(this.buffer, sizeBytes - done);
      if (length === 0) return undefined;
      bytes.set(this.buffer.bytes.subarray(0, length), done);
      done += length;
    }
    return bytes;
  }

  private readInto(buffer: NativeMemory, sizeBytes: number): number {
    try {
      const size = Math.min(sizeBytes, buffer.bytes.length);
      return syscall('channel', 'read', this.channel.number, buffer.address, size);
    } catch (error) {
      // The other end died with unread plans in its queue: for the reader that is the end, too.
      if (isErrno(error, 'ECONNRESET')) return 0;
      throw error;
    }
  }

  /** Waits for the spawned process itself (not for what it cloned) and reaps it. */
  reap(): Exit {
    this.reaped ??= reapPidfd(this.pidfd.number, { hang: true });
    if (!this.reaped) throw new Error(`waitid answered nothing for pid ${this.pid}`);
    return this.reaped;
  }

  /** Ends what is still there: kills the spawned process if it runs, reaps it, closes the socket. */
  [Symbol.dispose](): void {
    this.channel.close();
    if (!this.reaped) {
      signalPidfd(this.pidfd.number, SIGKILL);
      this.reap();
    }
    this.pidfd.close();
  }
}

/** The executor did not answer in time. */
export class ExecutorTimeout extends Error {
  override readonly name = 'ExecutorTimeout';
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}
