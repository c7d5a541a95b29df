import * as z from 'zod/mini';
import { leaf } from './leaves.ts';
import { once } from './once.ts';

/** An integer of up to 64 bits: a number where that is exact, else a bigint. */
export type Integer = number | bigint;

/**
 * The one form that arithmetic on 64-bit properties should use.
 *
 * @param value an integer property of a parsed document
 */
export function toBigInt(value: Integer): bigint {
  return BigInt(value);
}

/** An integer property whose whole range a JavaScript number holds. */
export function integer(minimum: number, maximum: number) {
  return leaf<number>({ kind: 'integer', minimum, maximum }, `an integer from ${minimum} to ${maximum}`);
}

function wideInteger(minimum: bigint, maximum: bigint) {
  return leaf<Integer>({ kind: 'wide integer', minimum, maximum }, `an integer from ${minimum} to ${maximum}`);
}

export const uint8 = once(() => integer(0, 0xff));
export const uint16 = once(() => integer(0, 0xffff));
export const uint32 = once(() => integer(0, 0xffff_ffff));
export const int32 = once(() => integer(-0x8000_0000, 0x7fff_ffff));
export const uint64 = once(() => wideInteger(0n, 0xffff_ffff_ffff_ffffn));
export const int64 = once(() => wideInteger(-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn));

/** A user or group id. 4294967295 is (uid_t)-1, which the kernel's calls take as "leave unchanged". */
export const unixId = once(() => integer(0, 0xffff_fffe));

export const optionalUint16 = once(() => z.optional(uint16()));
export const optionalUint32 = once(() => z.optional(uint32()));
export const optionalInt32 = once(() => z.optional(int32()));
export const optionalUint64 = once(() => z.optional(uint64()));
export const optionalInt64 = once(() => z.optional(int64()));
export const optionalUnixId = once(() => z.optional(unixId()));
