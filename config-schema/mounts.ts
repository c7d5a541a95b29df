import * as z from 'zod/mini';
import { idMappingsSchema } from './id-mappings.ts';
import { optionalText, optionalTexts, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config.md, "Mounts". */
export const mountsSchema = once(() =>
  z.array(
    object(
      { destination: text(), type: optionalText(), source: optionalText(), options: optionalTexts() },
      { uidMappings: idMappingsSchema, gidMappings: idMappingsSchema },
    ),
  ),
);

export type Mount = z.output<ReturnType<typeof mountsSchema>>[number];
