import * as z from 'zod/mini';
import { devicesSchema, netDevicesSchema } from './devices.ts';
import { idMappingsSchema } from './id-mappings.ts';
import { intelRdtSchema } from './intel-rdt.ts';
import { optionalText, optionalTexts, textMap } from './leaves.ts';
import { memoryPolicySchema } from './memory-policy.ts';
import { namespacesSchema } from './namespaces.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { personalitySchema } from './personality.ts';
import { resourcesSchema } from './resources.ts';
import { seccompSchema } from './seccomp.ts';
import { isSeccompDisabled } from './seccomp-disabled.ts';
import { timeOffsetsSchema } from './time-offsets.ts';

/** The JSON schema lists four; the recursive forms are what engines send and runc accepts. */
export const ROOTFS_PROPAGATIONS = [
  'private',
  'shared',
  'slave',
  'unbindable',
  'rprivate',
  'rshared',
  'rslave',
  'runbindable',
] as const;

// Built once a document has the property, like every section; the pipe costs nothing otherwise.
const seccompOrDisabled = once(() =>
  z.pipe(
    z.transform((seccomp: unknown) => (isSeccompDisabled(seccomp) ? undefined : seccomp)),
    z.optional(seccompSchema()),
  ),
);

/** The empty string counts as absent, as for runc: it is Go's zero value. */
const rootfsPropagationSchema = once(() => z.enum(['', ...ROOTFS_PROPAGATIONS]));

/** runtime-spec config-linux.md. */
export const linuxSchema = once(() =>
  object(
    {
      cgroupsPath: optionalText(),
      maskedPaths: optionalTexts(),
      readonlyPaths: optionalTexts(),
      mountLabel: optionalText(),
    },
    {
      namespaces: namespacesSchema,
      uidMappings: idMappingsSchema,
      gidMappings: idMappingsSchema,
      resources: resourcesSchema,
      devices: devicesSchema,
      netDevices: netDevicesSchema,
      sysctl: textMap,
      seccomp: seccompOrDisabled,
      rootfsPropagation: rootfsPropagationSchema,
      intelRdt: intelRdtSchema,
      memoryPolicy: memoryPolicySchema,
      personality: personalitySchema,
      timeOffsets: timeOffsetsSchema,
    },
  ),
);

export type Linux = z.output<ReturnType<typeof linuxSchema>>;
export type RootfsPropagation = (typeof ROOTFS_PROPAGATIONS)[number];
