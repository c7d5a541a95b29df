import type * as z from 'zod/mini';
import { optionalFlag, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config.md, "Root". */
export const rootSchema = once(() => object({ path: text(), readonly: optionalFlag() }));

export type Root = z.output<ReturnType<typeof rootSchema>>;
