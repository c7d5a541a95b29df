import { koffi } from './koffi.ts';

/** A block of native memory: its address never changes, so that structs and plans can point into it. */
export interface NativeMemory {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Allocates native memory that lives as long as the process. For buffers that are made once. */
export function allocateMemory(sizeBytes: number): NativeMemory {
  const pointer = koffi().alloc('uint8_t', sizeBytes);
  const buffer = koffi().view(pointer, sizeBytes);
  return { address: Number(koffi().address(pointer)), bytes: new Uint8Array(buffer), view: new DataView(buffer) };
}

const SCRATCH_BYTES = 256 * 1024;
let scratch: NativeMemory | undefined;
let used = 0;

/**
 * Runs `work` with a stack of short-lived native memory: what `work` takes is given back when it returns.
 * System calls are synchronous, so nesting is the only order in which blocks can live.
 */
export function withScratch<T>(work: (take: (sizeBytes: number) => NativeMemory) => T): T {
  const mark = scratchMark();
  try {
    return work(takeScratch);
  } finally {
    releaseScratch(mark);
  }
}

/** Where the stack of short-lived memory stands, for `releaseScratch`. */
export function scratchMark(): number {
  return used;
}

/** Gives back everything that was taken since the mark. */
export function releaseScratch(mark: number): void {
  used = mark;
}

/** Takes zeroed memory until the mark before it is released. */
export function takeScratch(sizeBytes: number): NativeMemory {
  const start = reserve(sizeBytes);
  const memory = scratch as NativeMemory;
  const bytes = memory.bytes.subarray(start, start + sizeBytes);
  bytes.fill(0);
  return {
    address: memory.address + start,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, sizeBytes),
  };
}

/**
 * Places a C string into short-lived memory and returns its address.
 * @throws {RangeError} when `text` holds a NUL itself, which would silently cut it short
 */
export function placeCString(text: string): number {
  if (text.includes('\0')) throw new RangeError(`${JSON.stringify(text)} holds a NUL byte`);
  // UTF-8 has at most three bytes for each unit of a JavaScript string.
  const start = reserve(text.length * 3 + 1);
  const memory = scratch as NativeMemory;
  const { written } = encoder.encodeInto(text, memory.bytes.subarray(start));
  memory.bytes[start + written] = 0;
  return memory.address + start;
}

function reserve(sizeBytes: number): number {
  scratch ??= allocateMemory(SCRATCH_BYTES);
  const start = used;
  const end = start + ((sizeBytes + 15) & ~15);
  if (end > SCRATCH_BYTES) throw new RangeError(`${sizeBytes} bytes do not fit into the scratch memory`);
  used = end;
  return start;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The bytes of a C string with its NUL.
 * @throws {RangeError} when `text` holds a NUL itself, which would silently cut it short
 */
export function cString(text: string): Uint8Array {
  if (text.includes('\0')) throw new RangeError(`${JSON.stringify(text)} holds a NUL byte`);
  return encoder.encode(`${text}\0`);
}

/** Decodes UTF-8, up to the first NUL if there is one. */
export function textUpToNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
