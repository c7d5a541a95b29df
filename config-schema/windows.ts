import * as z from 'zod/mini';
import { optionalUint16, optionalUint32, optionalUint64 } from './integers.ts';
import { leaf, optionalFlag, optionalText, optionalTexts, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const cpu = once(() =>
  object(
    { count: optionalUint64(), shares: optionalUint16(), maximum: optionalUint16() },
    { affinity: () => object({ mask: optionalUint64(), group: optionalUint32() }) },
  ),
);

const resources = once(() =>
  object(
    {},
    {
      memory: () => object({ limit: optionalUint64() }),
      cpu,
      storage: () => object({ iops: optionalUint64(), bps: optionalUint64(), sandboxSize: optionalUint64() }),
    },
  ),
);

const network = once(() =>
  object({
    endpointList: optionalTexts(),
    allowUnqualifiedDNSQuery: optionalFlag(),
    DNSSearchList: optionalTexts(),
    networkSharedContainerName: optionalText(),
    networkNamespace: optionalText(),
  }),
);

/** runtime-spec config-windows.md. Linux ignores it; a wrong value is still an error, as it is for runc. */
export const windowsSchema = once(() =>
  object(
    {
      layerFolders: leaf<string[]>({ kind: 'some texts' }, 'an array of at least one path'),
      servicing: optionalFlag(),
      ignoreFlushesDuringBoot: optionalFlag(),
    },
    {
      devices: () => z.array(object({ id: text(), idType: z.enum(['class']) })),
      resources,
      network,
      credentialSpec: () => object({}),
      hyperv: () => object({ utilityVMPath: optionalText() }),
    },
  ),
);

export type Windows = z.output<ReturnType<typeof windowsSchema>>;
