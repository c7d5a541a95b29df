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
 * The executor exits with 0 when the channel closes between plans, with 65 for a malformed plan, with 66 when it
 * gets no memory, with 67 when the channel breaks or it cannot answer (SIGPIPE ends it first where the other end is gone).
 */
import { ERRNO } from '../kernel/errno.ts';
import type { Architecture } from '../kernel/syscall-numbers.ts';
import { syscallNumber } from '../kernel/syscall-numbers.ts';
import { cString } from '../memory.ts';
import { writeField } from '../struct/layout.ts';
import type { Argument, Call, CString, FieldValue, Slot, Struct } from './call.ts';

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
  const area = new Area(calls.length * CALL_BYTES);
  const indexOf = new Map(calls.map((call, index) => [call, index]));
  const encoded = calls.map((call, index) => encodeCall(call, index, indexOf, area, architecture));
  const size = area.end();
  if (size > AREA_MAX_BYTES) throw new RangeError(`a plan of ${size} bytes is larger than ${AREA_MAX_BYTES}`);

  const message = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(message.buffer);
  for (const [index, word] of [MAGIC, size, calls.length, channel].entries()) view.setUint32(index * 4, word, true);
  for (const [index, call] of encoded.entries()) message.set(call, HEADER_BYTES + index * CALL_BYTES);
  area.copyTo(message.subarray(HEADER_BYTES));
  return message;
}

function encodeCall(
  call: Call,
  index: number,
  indexOf: ReadonlyMap<Call, number>,
  area: Area,
  architecture: Architecture,
): Uint8Array {
  const bytes = new Uint8Array(CALL_BYTES);
  const view = new DataView(bytes.buffer);
  let kinds = 0;
  if (call.args.length > ARGUMENTS)
    throw new RangeError(`${call.name} has ${call.args.length} arguments, not ${ARGUMENTS} or fewer`);
  for (const [position, argument] of call.args.entries()) {
    const [kind, value] = area.resolve(argument, index, indexOf);
    kinds |= kind << (2 * position);
    writeField(view, 8 + position * 8, 'u64', value);
  }
  view.setUint16(0, call.name === 'check' ? NR_CHECK : syscallNumber(call.name, architecture), true);
  view.setUint16(2, kinds, true);
  view.setBigInt64(8 + ARGUMENTS * 8, BigInt(NOT_MADE), true);
  bytes[4] = skip(call.skipAfterSuccess);
  bytes[5] = skip(call.skipAfterFailure);
  if (call.goOnAfter === 'any') bytes[6] = ANY_ERRNO;
  else {
    if ((call.goOnAfter?.length ?? 0) > 2) throw new RangeError(`${call.name} lists more than two errnos`);
    for (const [position, name] of (call.goOnAfter ?? []).entries()) {
      bytes[6 + position] = name === 'EUNKNOWN' ? 0 : ERRNO[name];
    }
  }
  return bytes;
}

function skip(count = 0): number {
  if (!Number.isInteger(count) || count < 0 || count > 255) throw new RangeError(`a call cannot skip ${count} others`);
  return count;
}

/** The data behind the calls: strings, structs and slots, each with its address. Equal strings are stored once. */
class Area {
  private readonly chunks: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  private readonly placed = new Map<object | string, number>();
  private next: number;

  constructor(start: number) {
    this.next = start;
  }

  /** The kind and value of an argument in the wire's words. */
  resolve(argument: Argument, index: number, indexOf: ReadonlyMap<Call, number>): [number, number | bigint] {
    if (typeof argument !== 'object') return [KIND.IMMEDIATE, argument];
    switch (argument.kind) {
      case 'result': {
        const earlier = indexOf.get(argument.of);
        if (earlier === undefined || earlier >= index) throw new RangeError('a call needs the result of a later call');
        return [KIND.RESULT, earlier];
      }
      case 'load':
        if (argument.offset % argument.width)
          throw new RangeError(`a load at offset ${argument.offset} is not aligned`);
        return [
          argument.width === 4 ? KIND.LOAD32 : KIND.LOAD64,
          this.within(argument.slot, argument.offset, argument.width),
        ];
      case 'cstring-vector':
        return [KIND.IMMEDIATE, this.vector(argument, argument.texts)];
      default:
        return [KIND.IMMEDIATE, this.address(argument)];
    }
  }

  private address(value: Exclude<FieldValue, number | bigint | Uint8Array>): number {
    switch (value.kind) {
      case 'cstring':
        return this.string(value);
      case 'bytes':
        return this.put(value, value.bytes);
      case 'slot':
        return this.reserve(value, value.sizeBytes);
      case 'slot-address':
        return this.within(value.slot, value.offset, 0);
      case 'struct':
        return this.struct(value);
    }
  }

  private within(slot: Slot, offset: number, width: number): number {
    if (!Number.isInteger(offset) || offset < 0 || offset + width > slot.sizeBytes) {
      throw new RangeError(`offset ${offset} lies outside a slot of ${slot.sizeBytes} bytes`);
    }
    return this.reserve(slot, slot.sizeBytes) + offset;
  }

  private string(value: CString): number {
    return this.placed.get(value.text) ?? this.put(value.text, cString(value.text));
  }

  private vector(key: object, texts: readonly string[]): number {
    const pointers = new Uint8Array((texts.length + 1) * 8);
    const view = new DataView(pointers.buffer);
    for (const [index, text] of texts.entries()) {
      writeField(view, index * 8, 'pointer', this.string({ kind: 'cstring', text }));
    }
    return this.put(key, pointers);
  }

  private struct(value: Struct): number {
    const known = this.placed.get(value);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(value.layout.size);
    const view = new DataView(bytes.buffer);
    for (const { name, type, offset, size } of value.layout.fields) {
      const field = value.fields[name];
      if (field === undefined) continue;
      if (field instanceof Uint8Array) {
        if (field.length > size)
          throw new RangeError(`${value.layout.name}.${name} has ${size} bytes, not ${field.length}`);
        bytes.set(field, offset);
      } else writeField(view, offset, type, typeof field === 'object' ? this.address(field) : field);
    }
    return this.put(value, bytes);
  }

  private put(key: object | string, bytes: Uint8Array): number {
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const address = this.reserve(key, bytes.length);
    this.chunks.push({ offset: address - AREA_ADDRESS, bytes });
    return address;
  }

  private reserve(key: object | string, sizeBytes: number): number {
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const offset = this.next;
    this.next += Math.ceil(sizeBytes / 8) * 8;
    this.placed.set(key, AREA_ADDRESS + offset);
    return AREA_ADDRESS + offset;
  }

  /** The area's size. At least one call, which is what the executor asks for. */
  end(): number {
    return Math.max(this.next, CALL_BYTES);
  }

  copyTo(area: Uint8Array): void {
    for (const { offset, bytes } of this.chunks) area.set(bytes, offset);
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
