import * as z from 'zod/mini';
import { optionalText } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const memoryPolicyFlags = once(() =>
  z.array(z.enum(['MPOL_F_NUMA_BALANCING', 'MPOL_F_RELATIVE_NODES', 'MPOL_F_STATIC_NODES'])),
);

/** runtime-spec config-linux.md, "Memory Policy" (set_mempolicy(2)). `nodes` is a list such as "0-3,7". */
export const memoryPolicySchema = once(() =>
  object(
    {
      mode: z.enum([
        'MPOL_DEFAULT',
        'MPOL_BIND',
        'MPOL_INTERLEAVE',
        'MPOL_WEIGHTED_INTERLEAVE',
        'MPOL_PREFERRED',
        'MPOL_PREFERRED_MANY',
        'MPOL_LOCAL',
      ]),
      nodes: optionalText(),
    },
    { flags: memoryPolicyFlags },
  ),
);

export type MemoryPolicy = z.output<ReturnType<typeof memoryPolicySchema>>;
