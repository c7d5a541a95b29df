import * as z from 'zod/mini';
import { optionalText } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const networkInterfaces = once(() =>
  z.array(
    object({
      linkname: optionalText(),
      lowerLink: optionalText(),
      allowedAddress: optionalText(),
      configureAllowedAddress: optionalText(),
      defrouter: optionalText(),
      macAddress: optionalText(),
      linkProtection: optionalText(),
    }),
  ),
);

/** runtime-spec config-solaris.md. Linux ignores it; a wrong value is still an error, as it is for runc. */
export const solarisSchema = once(() =>
  object(
    { milestone: optionalText(), limitpriv: optionalText(), maxShmMemory: optionalText() },
    {
      cappedCPU: () => object({ ncpus: optionalText() }),
      cappedMemory: () => object({ physical: optionalText(), swap: optionalText() }),
      anet: networkInterfaces,
    },
  ),
);

export type Solaris = z.output<ReturnType<typeof solarisSchema>>;
