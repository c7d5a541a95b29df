import type * as z from 'zod/mini';
import { optionalInt64, optionalUint32 } from './integers.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const offset = once(() => object({ secs: optionalInt64(), nanosecs: optionalUint32() }));

/** runtime-spec config-linux.md, "Offset for Time Namespace" (time_namespaces(7)). */
export const timeOffsetsSchema = once(() => object({}, { monotonic: offset, boottime: offset }));

export type TimeOffset = z.output<ReturnType<typeof offset>>;
export type TimeOffsets = z.output<ReturnType<typeof timeOffsetsSchema>>;
