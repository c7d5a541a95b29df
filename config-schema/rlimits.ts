import * as z from 'zod/mini';
import { uint64 } from './integers.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** The limits that Linux has (getrlimit(2)). */
export const RLIMIT_TYPES = [
  'RLIMIT_AS',
  'RLIMIT_CORE',
  'RLIMIT_CPU',
  'RLIMIT_DATA',
  'RLIMIT_FSIZE',
  'RLIMIT_LOCKS',
  'RLIMIT_MEMLOCK',
  'RLIMIT_MSGQUEUE',
  'RLIMIT_NICE',
  'RLIMIT_NOFILE',
  'RLIMIT_NPROC',
  'RLIMIT_RSS',
  'RLIMIT_RTPRIO',
  'RLIMIT_RTTIME',
  'RLIMIT_SIGPENDING',
  'RLIMIT_STACK',
] as const;

/** runtime-spec config.md, "POSIX process", `rlimits`. */
export const rlimitsSchema = once(() =>
  z.array(object({ type: z.enum(RLIMIT_TYPES), soft: uint64(), hard: uint64() })),
);

export type Rlimit = z.output<ReturnType<typeof rlimitsSchema>>[number];
export type RlimitType = (typeof RLIMIT_TYPES)[number];
