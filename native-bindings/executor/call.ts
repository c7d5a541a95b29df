import type { ErrnoName } from '../kernel/errno.ts';
import type { SyscallName } from '../kernel/syscall-numbers.ts';
import type { Layout } from '../struct/layout.ts';

/**
 * A plan's vocabulary: system calls as data. What a value means to a reader (flag names, config paths) is the business
 * of src/plan; here is only what the executor needs.
 */

/** One call of a plan. `check` is the executor's own: it fails with EPERM unless (args[0] & args[1]) == args[2]. */
export interface Call {
  readonly name: SyscallName | 'check';
  readonly args: readonly Argument[];
  /** Errnos after which the plan goes on, at most two; `any` for all of them. Every other failure ends the plan. */
  readonly goOnAfter?: readonly ErrnoName[] | 'any';
  /** How many of the following calls to skip after such a failure, 0 to 255. */
  readonly skipAfterFailure?: number;
  /** How many of the following calls to skip after success, 0 to 255. */
  readonly skipAfterSuccess?: number;
}

export type Argument =
  | number
  | bigint
  | ResultOf
  | CString
  | CStringVector
  | Bytes
  | Struct
  | Slot
  | SlotAddress
  | LoadedValue;

/** The result of an earlier call of the same plan: most often an fd. */
export interface ResultOf {
  readonly kind: 'result';
  readonly of: Call;
}

/** A pointer to a NUL-terminated string. */
export interface CString {
  readonly kind: 'cstring';
  readonly text: string;
}

/** A pointer to a NULL-terminated array of pointers to strings: argv and envp. */
export interface CStringVector {
  readonly kind: 'cstring-vector';
  readonly texts: readonly string[];
}

/** A pointer to constant bytes. */
export interface Bytes {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
}

/** A pointer to a struct. Fields that are left out are zero; pointer fields may point to other data of the plan. */
export interface Struct {
  readonly kind: 'struct';
  readonly layout: Layout;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export type FieldValue = number | bigint | Uint8Array | CString | Bytes | Struct | Slot | SlotAddress;

/** A pointer to zeroed memory that the kernel fills. The same object is the same memory everywhere in a plan. */
export interface Slot {
  readonly kind: 'slot';
  readonly sizeBytes: number;
}

/** A pointer into a slot. */
export interface SlotAddress {
  readonly kind: 'slot-address';
  readonly slot: Slot;
  readonly offset: number;
}

/** A value that is read from a slot when the call is made: an fd received by recvmsg, a field of a statx. */
export interface LoadedValue {
  readonly kind: 'load';
  readonly slot: Slot;
  readonly offset: number;
  readonly width: 4 | 8;
}

export const cstring = (text: string): CString => ({ kind: 'cstring', text });
export const cstrings = (texts: readonly string[]): CStringVector => ({ kind: 'cstring-vector', texts });
export const bytes = (value: Uint8Array): Bytes => ({ kind: 'bytes', bytes: value });
export const slot = (sizeBytes: number): Slot => ({ kind: 'slot', sizeBytes });
export const resultOf = (call: Call): ResultOf => ({ kind: 'result', of: call });
export const at = (of: Slot, offset: number): SlotAddress => ({ kind: 'slot-address', slot: of, offset });
export const load = (of: Slot, offset: number, width: 4 | 8): LoadedValue => ({
  kind: 'load',
  slot: of,
  offset,
  width,
});
export const struct = <L extends Layout>(
  layout: L,
  fields: { readonly [K in keyof L['offsets']]?: FieldValue },
): Struct => ({ kind: 'struct', layout, fields: fields as Readonly<Record<string, FieldValue>> });
