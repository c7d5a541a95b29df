import * as z from 'zod/mini';
import { optionalText } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

export const NAMESPACE_TYPES = ['mount', 'pid', 'network', 'uts', 'ipc', 'user', 'cgroup', 'time'] as const;

/** runtime-spec config-linux.md, "Namespaces". */
export const namespacesSchema = once(() => z.array(object({ type: z.enum(NAMESPACE_TYPES), path: optionalText() })));

export type Namespace = z.output<ReturnType<typeof namespacesSchema>>[number];
export type NamespaceType = (typeof NAMESPACE_TYPES)[number];
