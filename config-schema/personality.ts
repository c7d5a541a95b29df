import * as z from 'zod/mini';
import { optionalTexts } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config-linux.md, "Personality" (personality(2)). No flag is defined so far: a rule refuses them. */
export const personalitySchema = once(() => object({ domain: z.enum(['LINUX', 'LINUX32']), flags: optionalTexts() }));

export type Personality = z.output<ReturnType<typeof personalitySchema>>;
