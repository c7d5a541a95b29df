import { existsSync } from 'node:fs';
import type { Call } from '../../native-bindings/executor/call.ts';
import { executorElf } from '../../native-bindings/executor/elf.ts';
import { executorImage } from '../../native-bindings/executor/image.ts';
import type { Reply } from '../../native-bindings/executor/wire.ts';
import { decodeReply, encodePlan, FIRST_CHANNEL, REPLY_BYTES } from '../../native-bindings/executor/wire.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { openFile, writeAll } from '../../native-bindings/files.ts';
import { O_RDONLY } from '../../native-bindings/kernel/open.ts';
import type { Architecture } from '../../native-bindings/kernel/syscall-numbers.ts';
import { libcFunction } from '../../native-bindings/koffi.ts';
import { allocateMemory } from '../../native-bindings/memory.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import type { Exit } from '../../native-bindings/process.ts';
import { openPidfd, reapPidfd, signalPidfd } from '../../native-bindings/process.ts';
import { spawn } from '../../native-bindings/spawn.ts';
import { hostArchitecture, syscall, trySyscall } from '../../native-bindings/syscall.ts';
import { sendAll, socketPair } from '../../native-bindings/unix-socket.ts';

const QEMU = '/usr/bin/qemu-aarch64-static';
/** Where qemu finds the file that it runs. */
const EMULATED_FD = 30;
const MFD_CLOEXEC = 1;
const SIGKILL = 9;
const TIMEOUT_MS = 5000;

/** How this host can run the executor of an architecture: undefined when it cannot. */
export function runnerOf(architecture: Architecture): 'native' | 'qemu' | undefined {
  if (architecture === hostArchitecture()) return 'native';
  return architecture === 'arm64' && existsSync(QEMU) ? 'qemu' : undefined;
}

const buffer = () => {
  memory ??= allocateMemory(1 << 20);
  return memory;
};
let memory: ReturnType<typeof allocateMemory> | undefined;
let shutdown: ((fd: number, how: number) => number) | undefined;
let emulated: number | undefined;

/** A memfd with the arm64 executor, for qemu; it lives as long as the test process. */
function emulatedImage(): number {
  if (emulated === undefined) {
    emulated = syscall(undefined, 'memfd_create', 'executor-arm64', MFD_CLOEXEC);
    writeAll(emulated, executorElf('arm64'));
  }
  return emulated;
}

/** One executor of either architecture, fed with raw bytes: what `Executor` of native-bindings never sends. */
export class ExecutorProcess implements Disposable {
  readonly architecture: Architecture;
  readonly channel: Fd;
  private readonly pidfd: Fd;
  private ended: Exit | undefined;

  private constructor(architecture: Architecture, channel: Fd, pidfd: Fd) {
    this.architecture = architecture;
    this.channel = channel;
    this.pidfd = pidfd;
  }

  /** @param fds descriptors besides the channel: target number to source number */
  static start(architecture: Architecture, fds: ReadonlyMap<number, number> = new Map()): ExecutorProcess {
    const [ours, theirs] = socketPair();
    try {
      const native = runnerOf(architecture) === 'native';
      using image = native ? executorImage() : openFile(QEMU, O_RDONLY);
      const argv = native ? ['executor'] : [QEMU, `/proc/self/fd/${EMULATED_FD}`];
      const all = new Map([[FIRST_CHANNEL, theirs.number], ...fds]);
      if (!native) all.set(EMULATED_FD, emulatedImage());
      const pid = spawn({ image: image.number, argv, fds: all });
      const pidfd = openPidfd(pid);
      if (!pidfd) throw new Error(`pid ${pid} vanished`);
      return new ExecutorProcess(architecture, ours, pidfd);
    } finally {
      theirs.close();
    }
  }

  /** Sends bytes as they are. */
  sendBytes(message: Uint8Array): void {
    const { address, bytes } = buffer();
    for (let start = 0; start < message.length; start += bytes.length) {
      const chunk = message.subarray(start, start + bytes.length);
      bytes.set(chunk);
      sendAll(this.channel.number, address, chunk.length);
    }
  }

  /** Sends a plan and waits for its reply. */
  run(calls: readonly Call[], channel = FIRST_CHANNEL): Reply | undefined {
    this.sendBytes(encodePlan(calls, this.architecture, channel));
    return this.reply();
  }

  /** The next reply, or undefined when the channel closed. @throws when nothing comes */
  reply(): Reply | undefined {
    const bytes = new Uint8Array(REPLY_BYTES);
    for (let done = 0; done < REPLY_BYTES; ) {
      if (pollReadable([this.channel.number], TIMEOUT_MS).length === 0) throw new Error('the executor hangs');
      const length = trySyscall('read', this.channel.number, buffer().address, REPLY_BYTES - done);
      if (length <= 0) return undefined;
      bytes.set(buffer().bytes.subarray(0, length), done);
      done += length;
    }
    return decodeReply(bytes);
  }

  /** Closes the sending half (SHUT_WR): the executor reads to the end and can still answer. */
  finish(): void {
    shutdown ??= libcFunction('shutdown', 'int', ['int', 'int']) as unknown as (fd: number, how: number) => number;
    shutdown(this.channel.number, 1);
  }

  /** How the executor ended. @throws when it does not end */
  exit(): Exit {
    if (!this.ended && pollReadable([this.pidfd.number], TIMEOUT_MS).length === 0)
      throw new Error('the executor hangs');
    this.ended ??= reapPidfd(this.pidfd.number, { hang: true });
    if (!this.ended) throw new Error('the executor could not be reaped');
    return this.ended;
  }

  [Symbol.dispose](): void {
    this.channel.close();
    if (!this.ended) {
      signalPidfd(this.pidfd.number, SIGKILL);
      this.exit();
    }
    this.pidfd.close();
  }
}
