import * as z from 'zod/mini';
import { integer, uint8 } from './integers.ts';
import { optionalFlag, optionalText, optionalTexts } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const allow = once(() =>
  object({
    setHostname: optionalFlag(),
    rawSockets: optionalFlag(),
    chflags: optionalFlag(),
    mount: optionalTexts(),
    quotas: optionalFlag(),
    socketAf: optionalFlag(),
    mlock: optionalFlag(),
    reservedPorts: optionalFlag(),
    suser: optionalFlag(),
  }),
);

const jail = once(() => {
  const sharing = z.optional(z.enum(['disable', 'new', 'inherit']));
  const sharingEnabled = z.optional(z.enum(['new', 'inherit']));
  return object(
    {
      parent: optionalText(),
      host: sharingEnabled,
      ip4: sharing,
      ip4Addr: optionalTexts(),
      ip6: sharing,
      ip6Addr: optionalTexts(),
      vnet: sharingEnabled,
      interface: optionalText(),
      vnetInterfaces: optionalTexts(),
      sysvmsg: sharing,
      sysvsem: sharing,
      sysvshm: sharing,
      enforceStatfs: z.optional(uint8()),
    },
    { allow },
  );
});

const devices = once(() => z.array(object({ path: optionalText(), mode: z.optional(integer(0, 0o777)) })));

/** runtime-spec config-freebsd.md. Linux ignores it; a wrong value is still an error, as it is for runc. */
export const freebsdSchema = once(() => object({}, { devices, jail }));

export type Freebsd = z.output<ReturnType<typeof freebsdSchema>>;
