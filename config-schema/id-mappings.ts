import * as z from 'zod/mini';
import { uint32, unixId } from './integers.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config-linux.md, "User namespace mappings"; also of a mount. */
export const idMappingsSchema = once(() =>
  z.array(object({ containerID: unixId(), hostID: unixId(), size: uint32() })),
);

export type IdMapping = z.output<ReturnType<typeof idMappingsSchema>>[number];
