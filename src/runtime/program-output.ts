import { Fd } from '../../native-bindings/fd.ts';
import { readSome } from '../../native-bindings/files.ts';
import { F_SETFL, O_CLOEXEC, O_NONBLOCK } from '../../native-bindings/kernel/open.ts';
import { withScratch } from '../../native-bindings/memory.ts';
import { syscall } from '../../native-bindings/syscall.ts';
import { isErrno } from '../../native-bindings/system-error.ts';

/** How much of the end of an output is kept. A program may write without end. */
const TAIL_BYTES = 4096;
const CHUNK_BYTES = 4096;
const LINE_LENGTH = 1000;

/** One stream of a program's output: a pipe, and the last of what came out of it. */
export class ProgramOutput implements Disposable {
  readonly reader: Fd;
  readonly writer: Fd;
  private tail: Uint8Array = new Uint8Array(0);
  /** Whether the other end is closed. */
  ended = false;

  /** @throws {SystemError} */
  constructor() {
    const [reader, writer] = withScratch((take) => {
      const pair = take(8);
      syscall(undefined, 'pipe2', pair, O_CLOEXEC);
      return [pair.view.getInt32(0, true), pair.view.getInt32(4, true)] as const;
    });
    this.reader = new Fd(reader);
    this.writer = new Fd(writer);
    syscall('pipe', 'fcntl', reader, F_SETFL, O_NONBLOCK);
  }

  /** Takes what is there, without waiting. */
  drain(): void {
    try {
      while (!this.ended) {
        const chunk = readSome(this.reader.number, CHUNK_BYTES);
        if (chunk.length === 0) this.ended = true;
        const all = new Uint8Array(this.tail.length + chunk.length);
        all.set(this.tail);
        all.set(chunk, this.tail.length);
        this.tail = all.slice(-TAIL_BYTES);
      }
    } catch (error) {
      if (!isErrno(error, 'EAGAIN')) throw error;
    }
  }

  /** The end of the output as one line, short enough that a message has room for two of them. */
  get text(): string {
    const line = new TextDecoder()
      .decode(this.tail)
      .trim()
      .replaceAll(/\s*\n\s*/g, ' | ');
    return line.length > LINE_LENGTH ? `…${line.slice(-LINE_LENGTH)}` : line;
  }

  [Symbol.dispose](): void {
    this.reader.close();
    this.writer.close();
  }
}
