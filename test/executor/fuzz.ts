/**
 * Fuzzes the real executor and compares every answer and every exit with the model:
 *   bun test/executor/fuzz.ts [count] [seed] [architecture]
 */
import { Fd } from '../../native-bindings/fd.ts';
import { type Architecture, syscallNumber } from '../../native-bindings/kernel/syscall-numbers.ts';
import { hostArchitecture, syscall } from '../../native-bindings/syscall.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { ExecutorProcess } from './executor-process.ts';
import { randomStream } from './messages.ts';
import { FILE, type Prediction, predict } from './model.ts';
import { Random } from './random.ts';

export interface FuzzResult {
  readonly streams: number;
  readonly replies: number;
  /** How often the executor ended with each code, as the model had said. */
  readonly exits: Readonly<Record<number, number>>;
}

/**
 * Sends `count` streams. An executor lives until a stream ends it.
 * @throws when an answer differs from the model's, on a signal, and when nothing comes
 */
export function fuzz(architecture: Architecture, seed: number, count: number): FuzzResult {
  const random = new Random(seed);
  const lseek = syscallNumber('lseek', architecture);
  using file = new Fd(syscall(undefined, 'memfd_create', 'fuzz', 1));
  const start = () => ExecutorProcess.start(architecture, new Map([[FILE, file.number]]));
  let executor = start();
  let replies = 0;
  const exits: Record<number, number> = {};
  try {
    for (let round = 0; round < count; round++) {
      const stream = randomStream(random, lseek);
      const expected = predict(stream);
      try {
        send(executor, stream, expected);
        replies += compareReplies(executor, expected);
        if (expected.end === 'waiting') continue;
        const exit = executor.exit();
        if (exit.kind !== 'exited' || exit.status !== expected.end) {
          throw new Error(`expected exit ${expected.end}, got ${JSON.stringify(exit)}`);
        }
        exits[exit.status] = (exits[exit.status] ?? 0) + 1;
      } catch (error) {
        const text = Buffer.from(stream).toString('base64');
        throw new Error(`seed ${seed}, stream ${round}: ${error}; the stream is ${text}`, { cause: error });
      }
      executor[Symbol.dispose]();
      executor = start();
    }
  } finally {
    executor[Symbol.dispose]();
  }
  return { streams: count, replies, exits };
}

function send(executor: ExecutorProcess, stream: Uint8Array, expected: Prediction): void {
  try {
    executor.sendBytes(stream);
    if (expected.end !== 'waiting') executor.finish();
  } catch (error) {
    // The executor may be gone before the last byte is sent.
    if (expected.end === 'waiting' || !isErrno(error, 'EPIPE', 'ECONNRESET')) throw error;
  }
}

function compareReplies(executor: ExecutorProcess, expected: Prediction): number {
  for (const { index, calls, result, arg0 } of expected.replies) {
    const wanted = { index, calls, result: Number(result), arg0: Number(arg0) };
    const got = executor.reply();
    if (JSON.stringify(got) !== JSON.stringify(wanted)) {
      throw new Error(`expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
    }
  }
  return expected.replies.length;
}

if (import.meta.main) {
  const [count = '100000', seed = String(Date.now() % 1_000_000), architecture = hostArchitecture()] =
    process.argv.slice(2);
  console.log(`seed ${seed}`);
  const started = performance.now();
  const result = fuzz(architecture as Architecture, Number(seed), Number(count));
  console.log(JSON.stringify(result), `${((performance.now() - started) / 1000).toFixed(1)} s`);
}
