import type { ErrnoName } from '../kernel/errno.ts';
import { errnoName } from '../kernel/errno.ts';
import type { Architecture, SyscallName } from '../kernel/syscall-numbers.ts';
import { SYSCALL_NUMBERS, syscallNumber } from '../kernel/syscall-numbers.ts';
import { readField } from '../struct/layout.ts';
import { ANY_ERRNO, AREA_ADDRESS, AREA_MAX_BYTES, CALL_BYTES, HEADER_BYTES, KIND, MAGIC, NR_CHECK } from './wire.ts';

/** A plan message, read back: for printing plans, for tests, and as the second opinion on what executor.c accepts. */
export interface DecodedPlan {
  readonly channel: number;
  /** The area: calls, then data. */
  readonly area: Uint8Array;
  readonly calls: readonly DecodedCall[];
}

export interface DecodedCall {
  /** `syscall 999` for a number that no name is known for. */
  readonly name: SyscallName | 'check' | `syscall ${number}`;
  /** All six, as the executor resolves them: trailing zeros stand for what the call does not have. */
  readonly args: readonly DecodedArgument[];
  readonly goOnAfter: readonly ErrnoName[] | 'any';
  readonly skipAfterFailure: number;
  readonly skipAfterSuccess: number;
}

export type DecodedArgument =
  | { readonly kind: 'immediate'; readonly value: number | bigint }
  /**
   * An address in the plan's data. `text` is set when a NUL-terminated string of printable UTF-8 lies there, `texts`
   * when a NULL-terminated array of pointers to such strings does.
   */
  | { readonly kind: 'data'; readonly offset: number; readonly text?: string; readonly texts?: readonly string[] }
  /** The result of the call with that index. */
  | { readonly kind: 'result'; readonly of: number }
  /** The value at that offset of the area when the call is made. */
  | { readonly kind: 'load'; readonly offset: number; readonly width: 4 | 8 };

/**
 * Decodes a plan message.
 * @throws {RangeError} when the executor would refuse it as malformed
 */
export function decodePlan(message: Uint8Array, architecture: Architecture): DecodedPlan {
  if (message.length < HEADER_BYTES) throw new RangeError(`a plan of ${message.length} bytes has no header`);
  const header = new DataView(message.buffer, message.byteOffset, HEADER_BYTES);
  const [magic = 0, size = 0, count = 0, channel = 0] = [0, 4, 8, 12].map((offset) => header.getUint32(offset, true));
  if (magic !== MAGIC) throw new RangeError(`a plan begins with ${MAGIC.toString(16)}, not with ${magic.toString(16)}`);
  if (size > AREA_MAX_BYTES || size < CALL_BYTES) throw new RangeError(`a plan cannot have ${size} bytes`);
  if (count > Math.floor(size / CALL_BYTES)) throw new RangeError(`${count} calls do not fit into ${size} bytes`);
  if (message.length !== HEADER_BYTES + size) {
    throw new RangeError(`a plan of ${size} bytes comes with ${message.length - HEADER_BYTES}`);
  }
  const area = new Area(message.subarray(HEADER_BYTES), count * CALL_BYTES);
  const names = callNames(architecture);
  return {
    channel,
    area: area.bytes,
    calls: Array.from({ length: count }, (_, index) => decodeCall(area, index, names)),
  };
}

type CallName = DecodedCall['name'];

function callNames(architecture: Architecture): ReadonlyMap<number, CallName> {
  const names = Object.keys(SYSCALL_NUMBERS) as SyscallName[];
  return new Map<number, CallName>([
    ...names.map((name) => [syscallNumber(name, architecture), name] as const),
    [NR_CHECK, 'check'],
  ]);
}

function decodeCall(area: Area, index: number, names: ReadonlyMap<number, CallName>): DecodedCall {
  const start = index * CALL_BYTES;
  const nr = area.view.getUint16(start, true);
  const kinds = area.view.getUint16(start + 2, true);
  const [skipAfterSuccess = 0, skipAfterFailure = 0, ...errnos] = area.bytes.subarray(start + 4, start + 8);
  return {
    name: names.get(nr) ?? `syscall ${nr}`,
    args: [0, 1, 2, 3, 4, 5].map((position) =>
      area.argument((kinds >> (2 * position)) & 3, start + 8 + 8 * position, index),
    ),
    goOnAfter: errnos[0] === ANY_ERRNO ? 'any' : errnos.filter((errno) => errno !== 0).map(errnoName),
    skipAfterFailure,
    skipAfterSuccess,
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

class Area {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  private readonly dataStart: number;

  constructor(bytes: Uint8Array, dataStart: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.dataStart = dataStart;
  }

  argument(kind: number, at: number, index: number): DecodedArgument {
    const value = readField(this.view, at, 'u64');
    if (kind === KIND.RESULT) {
      if (value >= index) throw new RangeError(`call ${index} needs the result of call ${value}`);
      return { kind: 'result', of: Number(value) };
    }
    if (kind === KIND.LOAD32 || kind === KIND.LOAD64) return this.load(value, kind === KIND.LOAD32 ? 4 : 8, index);
    const offset = this.dataOffset(value);
    if (offset === undefined) return { kind: 'immediate', value: readField(this.view, at, 'i64') };
    // Vectors first: the bytes of an address can happen to be text, those of a text can hardly be addresses.
    const texts = this.texts(offset);
    const text = texts ? undefined : this.text(offset);
    return { kind: 'data', offset, ...(text !== undefined && { text }), ...(texts && { texts }) };
  }

  private load(address: number | bigint, width: 4 | 8, index: number): DecodedArgument {
    const offset = Number(address) - AREA_ADDRESS;
    if (offset < 0 || offset > this.bytes.length - width || offset % width !== 0) {
      throw new RangeError(
        `call ${index} loads ${width} bytes from ${address.toString(16)}, which is no place in the plan`,
      );
    }
    return { kind: 'load', offset, width };
  }

  private dataOffset(value: number | bigint): number | undefined {
    const offset = Number(value) - AREA_ADDRESS;
    return offset >= this.dataStart && offset < this.bytes.length ? offset : undefined;
  }

  private text(offset: number): string | undefined {
    const end = this.bytes.indexOf(0, offset);
    if (end <= offset) return undefined;
    try {
      const text = decoder.decode(this.bytes.subarray(offset, end));
      return /^(?:[^\p{Cc}]|[\t\n\r])+$/u.test(text) ? text : undefined;
    } catch {
      return undefined;
    }
  }

  private texts(offset: number): string[] | undefined {
    const texts: string[] = [];
    for (let at = offset; at + 8 <= this.bytes.length; at += 8) {
      const value = readField(this.view, at, 'u64');
      if (value === 0) return texts.length > 0 ? texts : undefined;
      const target = this.dataOffset(value);
      const text = target === undefined ? undefined : this.bytes[target] === 0 ? '' : this.text(target);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return undefined;
  }
}
