import * as z from 'zod/mini';
import { matching, optionalFlag, optionalText, optionalTexts } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config-linux.md, "IntelRdt". */
export const intelRdtSchema = once(() =>
  object({
    closID: optionalText(),
    schemata: optionalTexts(),
    l3CacheSchema: optionalText(),
    memBwSchema: z.optional(matching(/^MB:[^\n]*$/, 'one line that starts with "MB:"')),
    enableMonitoring: optionalFlag(),
  }),
);

export type IntelRdt = z.output<ReturnType<typeof intelRdtSchema>>;
