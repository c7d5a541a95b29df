import * as z from 'zod/mini';
import { optionalInt64, optionalUint32, optionalUnixId } from './integers.ts';
import { optionalText, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

/** runtime-spec config-linux.md, "Devices". Engines send `fileMode` with the file type's bits (0o20666). */
export const devicesSchema = once(() =>
  z.array(
    object({
      type: z.enum(['c', 'b', 'u', 'p']),
      path: text(),
      major: optionalInt64(),
      minor: optionalInt64(),
      fileMode: optionalUint32(),
      uid: optionalUnixId(),
      gid: optionalUnixId(),
    }),
  ),
);

/** runtime-spec config-linux.md, "Network Devices": by the name that the interface has on the host. */
export const netDevicesSchema = once(() => z.record(text(), object({ name: optionalText() })));

export type Device = z.output<ReturnType<typeof devicesSchema>>[number];
export type NetDevices = z.output<ReturnType<typeof netDevicesSchema>>;
export type NetDevice = NetDevices[string];
