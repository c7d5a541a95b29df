import * as z from 'zod/mini';
import { optionalText } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const namespaces = once(() => z.array(object({ type: z.enum(['mount', 'pid', 'uts', 'ipc']), path: optionalText() })));

/** runtime-spec config-zos.md. Linux ignores it; a wrong value is still an error, as it is for runc. */
export const zosSchema = once(() => object({}, { namespaces }));

export type Zos = z.output<ReturnType<typeof zosSchema>>;
