import * as z from 'zod/mini';
import { int64, optionalUint32, optionalUnixId, uint64, unixId } from './integers.ts';
import { optionalFlag, optionalText, optionalTexts, text, texts } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { rlimitsSchema } from './rlimits.ts';
import { execCpuAffinitySchema, ioPrioritySchema, schedulerSchema } from './scheduling.ts';

const consoleSizeSchema = once(() => object({ height: uint64(), width: uint64() }));

const additionalGidsSchema = once(() => z.array(unixId()));

const userSchema = once(() =>
  object(
    { uid: optionalUnixId(), gid: optionalUnixId(), umask: optionalUint32(), username: optionalText() },
    { additionalGids: additionalGidsSchema },
  ),
);

// Names stay free strings: the specification wants a warning, not an error, for one that the runtime does not know.
const capabilitiesSchema = once(() =>
  object({
    bounding: optionalTexts(),
    permitted: optionalTexts(),
    effective: optionalTexts(),
    inheritable: optionalTexts(),
    ambient: optionalTexts(),
  }),
);

/** runtime-spec config.md, "Process". */
export const processSchema = once(() =>
  object(
    {
      cwd: text(),
      args: texts(),
      env: optionalTexts(),
      terminal: optionalFlag(),
      noNewPrivileges: optionalFlag(),
      apparmorProfile: optionalText(),
      selinuxLabel: optionalText(),
    },
    {
      user: userSchema,
      capabilities: capabilitiesSchema,
      rlimits: rlimitsSchema,
      oomScoreAdj: int64,
      consoleSize: consoleSizeSchema,
      commandLine: () => text(),
      ioPriority: ioPrioritySchema,
      scheduler: schedulerSchema,
      execCPUAffinity: execCpuAffinitySchema,
    },
  ),
);

export type Process = z.output<ReturnType<typeof processSchema>>;
export type User = z.output<ReturnType<typeof userSchema>>;
export type Capabilities = z.output<ReturnType<typeof capabilitiesSchema>>;
export type ConsoleSize = z.output<ReturnType<typeof consoleSizeSchema>>;
