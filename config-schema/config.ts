import type * as z from 'zod/mini';
import { freebsdSchema } from './freebsd.ts';
import { hooksSchema } from './hooks.ts';
import { leaf, optionalText, textMap } from './leaves.ts';
import { linuxSchema } from './linux.ts';
import { mountsSchema } from './mounts.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { processSchema } from './process.ts';
import { rootSchema } from './root.ts';
import { solarisSchema } from './solaris.ts';
import { vmSchema } from './vm.ts';
import { windowsSchema } from './windows.ts';
import { zosSchema } from './zos.ts';

/** runtime-spec config.md: the whole of config.json. */
export const configSchema = once(() =>
  object(
    {
      ociVersion: leaf<string>({ kind: 'version 1' }, 'a version 1.x.y of the runtime specification'),
      hostname: optionalText(),
      domainname: optionalText(),
    },
    {
      root: rootSchema,
      mounts: mountsSchema,
      process: processSchema,
      hooks: hooksSchema,
      annotations: textMap,
      linux: linuxSchema,
      vm: vmSchema,
      windows: windowsSchema,
      solaris: solarisSchema,
      freebsd: freebsdSchema,
      zos: zosSchema,
    },
  ),
);

export type Config = z.output<ReturnType<typeof configSchema>>;
