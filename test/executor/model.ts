import {
  AREA_ADDRESS,
  AREA_MAX_BYTES,
  CALL_BYTES,
  HEADER_BYTES,
  KIND,
  MAGIC,
  NR_CHECK,
} from '../../native-bindings/executor/wire.ts';

/**
 * What the contract in wire.ts says the executor does with a stream of bytes, written a second time and without a look
 * at executor.c: the fuzzer compares the two.
 */
export interface Prediction {
  readonly replies: readonly { index: number; calls: number; result: bigint; arg0: bigint }[];
  /** The exit code once the stream has ended; `waiting` when it ended between two messages. */
  readonly end: number | 'waiting';
}

/** The fd of a memfd in the executor under test. */
export const FILE = 4;
export const CHANNEL = 3;
/** Fds from here on are not open. */
export const NO_FD = 1000;

const EXIT = { malformed: 65, channel: 67 };
const LARGEST_ERRNO = 4095n;
const signed = (value: bigint) => BigInt.asIntN(64, value);

/** Numbers that no architecture gives to a call: ENOSYS, whatever the arguments are. */
export const isUnknown = (nr: number) => nr >= 1000 && nr < NR_CHECK;

/** The kernel's answer to the calls that the fuzzer makes: `check`, lseek(2) on FILE or on -1, and unknown numbers. */
function answer(nr: number, args: readonly bigint[]): bigint {
  const [a = 0n, b = 0n, c = 0n] = args;
  if (nr === NR_CHECK) return (a & b) === c ? 0n : -1n;
  if (isUnknown(nr)) return -38n; // ENOSYS
  if (BigInt.asIntN(32, a) !== BigInt(FILE)) return -9n; // EBADF
  return signed(b) < 0n ? -22n : signed(b); // EINVAL
}

class Malformed extends Error {}

/** Predicts what a stream leads to. */
export function predict(stream: Uint8Array): Prediction {
  const replies: Prediction['replies'][number][] = [];
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  let at = 0;
  while (at < stream.length) {
    if (stream.length - at < HEADER_BYTES) return { replies, end: EXIT.malformed };
    const word = (index: number) => view.getUint32(at + index * 4, true);
    const [magic, size, calls, channel] = [word(0), word(1), word(2), word(3)];
    const sane = magic === MAGIC && size >= CALL_BYTES && size <= AREA_MAX_BYTES && calls * CALL_BYTES <= size;
    at += HEADER_BYTES;
    if (!sane || stream.length - at < size) return { replies, end: EXIT.malformed };
    try {
      replies.push(runPlan(stream.slice(at, at + size), calls));
    } catch (error) {
      if (error instanceof Malformed) return { replies, end: EXIT.malformed };
      throw error;
    }
    if (channel !== CHANNEL) return { replies: replies.slice(0, -1), end: EXIT.channel };
    at += size;
  }
  return { replies, end: 'waiting' };
}

function runPlan(area: Uint8Array, calls: number): Prediction['replies'][number] {
  const view = new DataView(area.buffer);
  let index = 0;
  let result = 0n;
  let arg0 = view.getBigUint64(8, true);
  while (index < calls) {
    const start = index * CALL_BYTES;
    const nr = view.getUint16(start, true);
    const args = [0, 1, 2, 3, 4, 5].map((position) => {
      const kind = Math.floor(view.getUint16(start + 2, true) / 4 ** position) % 4;
      const at = start + 8 + position * 8;
      const value = resolve(view, kind, view.getBigUint64(at, true), index);
      view.setBigUint64(at, value, true);
      return value;
    });
    result = answer(nr, args);
    arg0 = args[0] ?? 0n;
    view.setBigInt64(start + 56, result, true);
    const [onSuccess = 0, onErrno = 0, first = 0, second = 0] = area.subarray(start + 4, start + 8);
    if (result < 0n && result >= -LARGEST_ERRNO) {
      const listed = first === 255 || -result === BigInt(first) || -result === BigInt(second);
      if (!listed) break;
      index += 1 + onErrno;
    } else index += 1 + onSuccess;
  }
  return { index, calls, result, arg0 };
}

function resolve(view: DataView, kind: number, value: bigint, index: number): bigint {
  if (kind === KIND.IMMEDIATE) return value;
  if (kind === KIND.RESULT) {
    if (value >= BigInt(index)) throw new Malformed();
    return view.getBigUint64(Number(value) * CALL_BYTES + 56, true);
  }
  const width = kind === KIND.LOAD32 ? 4n : 8n;
  const offset = value - BigInt(AREA_ADDRESS);
  if (offset < 0n || offset + width > BigInt(view.byteLength) || offset % width !== 0n) throw new Malformed();
  return width === 4n ? BigInt(view.getUint32(Number(offset), true)) : view.getBigUint64(Number(offset), true);
}
