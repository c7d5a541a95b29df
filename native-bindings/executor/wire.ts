/**
 * The wire format between TypeScript and the executor (executor.c). This comment is the contract; both sides use its names.
 *
 * Everything is little-endian. Both ends share a SOCK_STREAM Unix socket, the channel; the executor finds it as fd 3.
 *
 *   plan   := header, area
 *   header := u32 magic "PLN1", u32 size (bytes of the area), u32 calls, u32 channel
 *   area   := call[calls], data                 mapped at AREA_ADDRESS, so that addresses in it are known here
 *   call   := u16 nr, u16 kinds, u8 skipOnSuccess, u8 skipOnErrno, u8 errnos[2], u64 args[6], i64 result
 *             a call's result reads as NOT_MADE until it is made
 *   reply  := u32 index, u32 calls, i64 result, u64 arg0
 *
 * `kinds` has two bits for each argument, the first in the lowest bits:
 *   IMMEDIATE  the value itself (addresses within the area too)
 *   RESULT     the result of the call with that index, which must be an earlier one
 *   LOAD32, LOAD64   the value at that address within the area when the call is made (aligned)
 *
 * The calls are made in order. After success `skipOnSuccess` calls are left out; after a failure with an errno listed
 * in `errnos` (0 = none, 255 in the first = any) `skipOnErrno` calls are. Any other failure ends the plan. Jumps go forward
 * only, so every plan ends. nr 0xffff is `check`: it fails with EPERM unless (args[0] & args[1]) == args[2].
 *
 * `channel` is the fd on which the reply is sent and the next plan is read: a plan can move the channel.
 * The reply names the call that ended the plan (index >= calls: none did), its result or negated errno, and its first
 * argument as it was resolved (the fd of the fs context that has an explanation).
 *
 * clone3 makes two replies: the parent's, with the clone3's index and the child's pid, after which it exits; and the
 * child's when the plan has ended. They can arrive in either order.
 * A successful execve sends nothing: the channel is close-on-exec, and closes.
 * The executor exits with 0 when the channel closes between plans, with 255 when the last of them stopped at a call (so a
 * program that cannot be executed ends its container as engines expect it), with 65 for a malformed plan, with 66 when it
 * gets no memory, with 67 when the channel breaks or it cannot answer (SIGPIPE ends it first where the other end is gone).
 */
import { ERRNO } from '../kernel/errno.ts';
import type { Architecture } from '../kernel/syscall-numbers.ts';
import { syscallNumber } from '../kernel/syscall-numbers.ts';
import { writeField } from '../struct/layout.ts';
import type { Argument, Call, FieldValue, Slot, Struct } from './call.ts';

export const MAGIC = 0x314e4c50;
export const AREA_ADDRESS = 0x2_0000_0000;
export const AREA_MAX_BYTES = 0x800_0000;
export const HEADER_BYTES = 16;
export const CALL_BYTES = 64;
export const REPLY_BYTES = 24;
export const NR_CHECK = 0xffff;
export const KIND = { IMMEDIATE: 0, RESULT: 1, LOAD32: 2, LOAD64: 3 } as const;
export const ANY_ERRNO = 0xff;
export const FIRST_CHANNEL = 3;
/**
 * What the result of a call reads as before it is made, and after it was skipped: INT_MIN is no fd, no pid (kill(2) and
 * waitid(2) answer ESRCH, where -1 would mean every process) and no address.
 */
export const NOT_MADE = -0x8000_0000;
const ARGUMENTS = 6;

/**
 * Encodes a list of calls as a plan message.
 * @param channel the fd on which the executor answers and reads on
 * @throws {RangeError} when a call refers to a later one, a skip leaves the range, or the plan is too large
 */
export function encodePlan(calls: readonly Call[], architecture: Architecture, channel: number): Uint8Array {
  const indexOf = new Map<Call, number>();
  // Not by the map's size: a call that stands in the plan twice would shift all that follow.
  for (let index = 0; index < calls.length; index++) indexOf.set(calls[index] as Call, index);
  const area = new Area(calls.length * CALL_BYTES, indexOf);
  for (let index = 0; index < calls.length; index++) encodeCall(calls[index] as Call, index, area, architecture);
  return area.message(calls.length, channel);
}

function encodeCall(call: Call, index: number, area: Area, architecture: Architecture): void {
  const { args, goOnAfter } = call;
  if (args.length > ARGUMENTS) {
    throw new RangeError(`${call.name} has ${args.length} arguments, not ${ARGUMENTS} or fewer`);
  }
  const start = index * CALL_BYTES;
  let kinds = 0;
  for (let position = 0; position < args.length; position++) {
    const argument = args[position] as Argument;
    kinds |= area.kindOf(argument) << (2 * position);
    area.putWord(start + 8 + position * 8, area.valueOf(argument, index));
  }
  area.putShort(start, call.name === 'check' ? NR_CHECK : syscallNumber(call.name, architecture));
  area.putShort(start + 2, kinds);
  area.putByte(start + 4, skip(call.skipAfterSuccess));
  area.putByte(start + 5, skip(call.skipAfterFailure));
  if (goOnAfter === 'any') area.putByte(start + 6, ANY_ERRNO);
  else if (goOnAfter) {
    if (goOnAfter.length > 2) throw new RangeError(`${call.name} lists more than two errnos`);
    for (const [position, name] of goOnAfter.entries()) {
      area.putByte(start + 6 + position, name === 'EUNKNOWN' ? 0 : ERRNO[name]);
    }
  }
  area.putWord(start + 8 + ARGUMENTS * 8, NOT_MADE);
}

function skip(count = 0): number {
  if (!Number.isInteger(count) || count < 0 || count > 255) throw new RangeError(`a call cannot skip ${count} others`);
  return count;
}

/** Two words of 32 bits make one of 64: BigInt would be exact as well, and costs ten times as much in cold code. */
const HALF = 0x1_0000_0000;
const FIRST_CAPACITY_BYTES = 32 * 1024;
const encoder = new TextEncoder();

/**
 * A message in the making: the calls, and the data behind them (strings, structs and slots), each with its address. Equal
 * strings are stored once. Everything is written straight to its place: a plan is encoded at every start of a container.
 */
class Area {
  private readonly placed = new Map<object | string, number>();
  private readonly indexOf: ReadonlyMap<Call, number>;
  private next: number;
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;

  constructor(start: number, indexOf: ReadonlyMap<Call, number>) {
    this.next = start;
    this.indexOf = indexOf;
    this.bytes = new Uint8Array(HEADER_BYTES + start + FIRST_CAPACITY_BYTES);
    this.view = new DataView(this.bytes.buffer);
  }

  putByte(offset: number, value: number): void {
    this.bytes[HEADER_BYTES + offset] = value;
  }

  putShort(offset: number, value: number): void {
    this.view.setUint16(HEADER_BYTES + offset, value, true);
  }

  putWord(offset: number, value: number | bigint): void {
    if (typeof value === 'bigint' || !Number.isSafeInteger(value)) {
      this.view.setBigUint64(HEADER_BYTES + offset, BigInt.asUintN(64, BigInt(value)), true);
      return;
    }
    this.view.setUint32(HEADER_BYTES + offset, value >>> 0, true);
    this.view.setUint32(HEADER_BYTES + offset + 4, Math.floor(value / HALF) >>> 0, true);
  }

  /** The kind of an argument in the wire's words. */
  kindOf(argument: Argument): number {
    if (typeof argument !== 'object') return KIND.IMMEDIATE;
    if (argument.kind === 'result') return KIND.RESULT;
    if (argument.kind === 'load') return argument.width === 4 ? KIND.LOAD32 : KIND.LOAD64;
    return KIND.IMMEDIATE;
  }

  /** The value of an argument of the call at `index`; what it points to is placed. */
  valueOf(argument: Argument, index: number): number | bigint {
    if (typeof argument !== 'object') return argument;
    switch (argument.kind) {
      case 'result': {
        const earlier = this.indexOf.get(argument.of);
        if (earlier === undefined || earlier >= index) throw new RangeError('a call needs the result of a later call');
        return earlier;
      }
      case 'load':
        if (argument.offset % argument.width !== 0) {
          throw new RangeError(`a load at offset ${argument.offset} is not aligned`);
        }
        return this.within(argument.slot, argument.offset, argument.width);
      case 'cstring-vector':
        return this.vector(argument, argument.texts);
      default:
        return this.address(argument);
    }
  }

  private address(value: Exclude<FieldValue, number | bigint | Uint8Array>): number {
    switch (value.kind) {
      case 'cstring':
        return this.string(value.text);
      case 'bytes':
        return this.put(value, value.bytes);
      case 'slot':
        return this.placed.get(value) ?? this.reserve(value, value.sizeBytes);
      case 'slot-address':
        return this.within(value.slot, value.offset, 0);
      case 'struct':
        return this.placed.get(value) ?? this.struct(value);
    }
  }

  private within(slot: Slot, offset: number, width: number): number {
    if (!Number.isInteger(offset) || offset < 0 || offset + width > slot.sizeBytes) {
      throw new RangeError(`offset ${offset} lies outside a slot of ${slot.sizeBytes} bytes`);
    }
    return (this.placed.get(slot) ?? this.reserve(slot, slot.sizeBytes)) + offset;
  }

  private string(text: string): number {
    const known = this.placed.get(text);
    if (known !== undefined) return known;
    if (text.includes('\0')) throw new RangeError(`${JSON.stringify(text)} holds a NUL byte`);
    // UTF-8 has at most three bytes for each unit of a JavaScript string.
    this.makeRoom(text.length * 3 + 1);
    const { written } = encoder.encodeInto(text, this.bytes.subarray(HEADER_BYTES + this.next));
    return this.reserve(text, written + 1);
  }

  private vector(key: object, texts: readonly string[]): number {
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const address = this.reserve(key, (texts.length + 1) * 8);
    for (const [index, text] of texts.entries()) this.putWord(address - AREA_ADDRESS + index * 8, this.string(text));
    return address;
  }

  private struct(value: Struct): number {
    const { layout, fields } = value;
    const address = this.reserve(value, layout.size);
    for (const { name, type, offset, size } of layout.fields) {
      const field = fields[name];
      if (field === undefined) continue;
      const at = address - AREA_ADDRESS + offset;
      if (field instanceof Uint8Array) {
        if (field.length > size) throw new RangeError(`${layout.name}.${name} has ${size} bytes, not ${field.length}`);
        this.bytes.set(field, HEADER_BYTES + at);
      } else {
        const content = typeof field === 'object' ? this.address(field) : field;
        if (size === 8) this.putWord(at, content);
        else writeField(this.view, HEADER_BYTES + at, type, content);
      }
    }
    return address;
  }

  private put(key: object, bytes: Uint8Array): number {
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const address = this.reserve(key, bytes.length);
    this.bytes.set(bytes, HEADER_BYTES + address - AREA_ADDRESS);
    return address;
  }

  private reserve(key: object | string, sizeBytes: number): number {
    this.makeRoom(sizeBytes);
    const address = AREA_ADDRESS + this.next;
    this.next += Math.ceil(sizeBytes / 8) * 8;
    this.placed.set(key, address);
    return address;
  }

  private makeRoom(sizeBytes: number): void {
    const end = HEADER_BYTES + this.next + sizeBytes + 8;
    if (end <= this.bytes.length) return;
    if (end > HEADER_BYTES + AREA_MAX_BYTES + 8) throw new RangeError(`a plan is larger than ${AREA_MAX_BYTES} bytes`);
    const larger = new Uint8Array(end * 2);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** The finished message. The area has at least one call, which is what the executor asks for. */
  message(calls: number, channel: number): Uint8Array {
    const size = Math.max(this.next, CALL_BYTES);
    if (size > AREA_MAX_BYTES) throw new RangeError(`a plan is larger than ${AREA_MAX_BYTES} bytes`);
    this.view.setUint32(0, MAGIC, true);
    this.view.setUint32(4, size, true);
    this.view.setUint32(8, calls, true);
    this.view.setUint32(12, channel, true);
    return this.bytes.subarray(0, HEADER_BYTES + size);
  }
}

/** What the executor answers. */
export interface Reply {
  /** The call that ended the plan; `calls` or more when none did. */
  readonly index: number;
  readonly calls: number;
  /** The last call's result, or its negated errno. */
  readonly result: number;
  /** The last call's first argument, resolved. */
  readonly arg0: number;
}

/** Decodes a reply of REPLY_BYTES bytes. */
export function decodeReply(bytes: Uint8Array): Reply {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    index: view.getUint32(0, true),
    calls: view.getUint32(4, true),
    result: Number(view.getBigInt64(8, true)),
    arg0: Number(view.getBigUint64(16, true)),
  };
}
