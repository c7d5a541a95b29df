import {
  AREA_ADDRESS,
  AREA_MAX_BYTES,
  CALL_BYTES,
  HEADER_BYTES,
  KIND,
  MAGIC,
  NR_CHECK,
} from '../../native-bindings/executor/wire.ts';
import { CHANNEL, FILE, isUnknown, NO_FD } from './model.ts';
import type { Random } from './random.ts';
import { type RawCall, rawPlan } from './raw-plan.ts';

/** Makes streams of bytes for the executor: sane plans, plans with damage, and noise. */

const INTERESTING = [0n, 1n, -1n, 0x7fff_ffff_ffff_ffffn, 1n << 63n, BigInt(AREA_ADDRESS), 0x8000_0000n] as const;
const WORDS = [0, 1, 2, CALL_BYTES - 1, CALL_BYTES, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, AREA_MAX_BYTES + 1] as const;

/** A stream; `lseek` is that call's number on the architecture. */
export function randomStream(random: Random, lseek: number): Uint8Array {
  const plans = random.once(4) ? 2 : 1;
  const parts = Array.from({ length: plans }, () => damage(random, randomPlan(random, lseek)));
  const stream = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stream.set(part, at);
    at += part.length;
  }
  disarm(stream, lseek);
  return stream;
}

function randomPlan(random: Random, lseek: number): Uint8Array {
  if (random.once(50)) return Uint8Array.from({ length: random.below(200) }, () => random.word());
  const count = random.once(20) ? random.below(300) : random.below(12);
  const data = Uint8Array.from({ length: random.below(80) }, () => random.word());
  const size = Math.max(CALL_BYTES, count * CALL_BYTES + data.length);
  const calls = Array.from({ length: count }, (_, index) => randomCall(random, index, size, lseek));
  return rawPlan(calls, random.once(30) ? { channel: random.word() } : {}, data);
}

function randomCall(random: Random, index: number, size: number, lseek: number): RawCall {
  const nr = random.pick([lseek, lseek, NR_CHECK, NR_CHECK, 1000 + random.below(60_000)]);
  let kinds = random.once(20) ? random.below(16) << 12 : 0;
  const args = [0, 1, 2, 3, 4, 5].map((position) => {
    const wild = random.once(3) ? random.below(4) : KIND.IMMEDIATE;
    // The first call has no earlier one: seldom enough, that the plan goes on.
    const kind = wild === KIND.RESULT && index === 0 && !random.once(20) ? KIND.IMMEDIATE : wild;
    kinds |= kind << (2 * position);
    if (kind === KIND.IMMEDIATE)
      return random.pick([0n, 0n, BigInt(random.below(300)), random.pick(INTERESTING), random.long()]);
    if (kind === KIND.RESULT) return BigInt(random.below(Math.max(1, index + (random.once(200) ? 3 : 0))));
    const width = kind === KIND.LOAD32 ? 4 : 8;
    const offset = random.below(Math.floor(size / width)) * width + (random.once(200) ? random.pick([1, 2, 4, 8]) : 0);
    return BigInt(AREA_ADDRESS + offset);
  });
  return {
    nr,
    kinds,
    args,
    skipOnSuccess: random.pick([0, 0, 1, 2, random.below(256)]),
    skipOnErrno: random.pick([0, 0, 1, 2, random.below(256)]),
    errnos: [random.pick([1, 9, 22, 38, 0, 255, random.below(256)]), random.pick([1, 9, 22, 38, 0, 255])],
  };
}

/** Changes bytes, words or the length of every fifth message. */
function damage(random: Random, message: Uint8Array): Uint8Array {
  if (!random.once(5) || message.length === 0) return message;
  const copy = message.slice();
  const view = new DataView(copy.buffer);
  switch (random.below(5)) {
    case 0:
      return copy.subarray(0, random.below(copy.length + 1));
    case 1:
      return Uint8Array.of(...copy, ...Array.from({ length: random.below(40) }, () => random.word() & 255));
    case 2:
      if (copy.length >= HEADER_BYTES)
        view.setUint32(4 * random.below(4), random.pick([...WORDS, random.word()]), true);
      return copy;
    default:
      for (let times = 1 + random.below(4); times > 0; times--) {
        const at = random.below(copy.length);
        copy[at] = random.pick([0, 255, random.word() & 255, (copy[at] ?? 0) ^ (1 << random.below(8))]);
      }
      return copy;
  }
}

/** Walks the stream as the executor will and makes every call in it harmless and predictable. */
function disarm(stream: Uint8Array, lseek: number): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.length);
  for (let at = 0; at + HEADER_BYTES <= stream.length && view.getUint32(at, true) === MAGIC; ) {
    const [size, calls, channel] = [4, 8, 12].map((offset) => view.getUint32(at + offset, true)) as [
      number,
      number,
      number,
    ];
    if (channel !== CHANNEL) view.setUint32(at + 12, NO_FD + (channel % 100_000), true);
    at += HEADER_BYTES;
    for (let index = 0; index < calls && at + (index + 1) * CALL_BYTES <= stream.length; index++) {
      disarmCall(view, at + index * CALL_BYTES, lseek);
    }
    at += size;
  }
}

function disarmCall(view: DataView, start: number, lseek: number): void {
  const nr = view.getUint16(start, true);
  if (nr === NR_CHECK || isUnknown(nr)) return;
  view.setUint16(start, lseek, true);
  // Of lseek(fd, offset, whence), fd and whence must be known: FILE or -1, and SEEK_SET.
  view.setUint16(start + 2, view.getUint16(start + 2, true) & ~0x33, true);
  view.setBigInt64(start + 8, (view.getUint8(start + 8) & 1) === 0 ? BigInt(FILE) : -1n, true);
  view.setBigUint64(start + 24, 0n, true);
}
