import * as z from 'zod/mini';
import { optionalUint32, optionalUint64, uint32, uint64 } from './integers.ts';
import { leaf, optionalText } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { SECCOMP_ACTIONS, SECCOMP_ARCHITECTURES, SECCOMP_FLAGS, SECCOMP_OPERATORS } from './seccomp-values.ts';

const action = once(() => z.enum(SECCOMP_ACTIONS));

const syscallArgs = once(() =>
  z.array(object({ index: uint32(), value: uint64(), valueTwo: optionalUint64(), op: z.enum(SECCOMP_OPERATORS) })),
);

const syscalls = once(() =>
  z.array(
    object(
      {
        // One node for the whole list: a profile holds some four hundred names.
        names: leaf<string[]>({ kind: 'some texts' }, 'an array of at least one system call name'),
        action: action(),
        errnoRet: optionalUint32(),
      },
      { args: syscallArgs },
    ),
  ),
);

/** runtime-spec config-linux.md, "Seccomp". */
export const seccompSchema = once(() =>
  object(
    {
      defaultAction: action(),
      defaultErrnoRet: optionalUint32(),
      listenerPath: optionalText(),
      listenerMetadata: optionalText(),
    },
    {
      architectures: () => z.array(z.enum(SECCOMP_ARCHITECTURES)),
      flags: () => z.array(z.enum(SECCOMP_FLAGS)),
      syscalls,
    },
  ),
);

export type Seccomp = z.output<ReturnType<typeof seccompSchema>>;
export type SeccompSyscall = z.output<ReturnType<typeof syscalls>>[number];
export type SeccompArg = z.output<ReturnType<typeof syscallArgs>>[number];
