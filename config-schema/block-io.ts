import * as z from 'zod/mini';
import { int64, optionalUint16, optionalUint64 } from './integers.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const weightDevices = once(() =>
  z.array(object({ major: int64(), minor: int64(), weight: optionalUint16(), leafWeight: optionalUint16() })),
);

const throttleDevices = once(() => z.array(object({ major: int64(), minor: int64(), rate: optionalUint64() })));

/** runtime-spec config-linux.md, "Block IO". */
export const blockIoSchema = once(() =>
  object(
    { weight: optionalUint16(), leafWeight: optionalUint16() },
    {
      weightDevice: weightDevices,
      throttleReadBpsDevice: throttleDevices,
      throttleWriteBpsDevice: throttleDevices,
      throttleReadIOPSDevice: throttleDevices,
      throttleWriteIOPSDevice: throttleDevices,
    },
  ),
);

export type BlockIo = z.output<ReturnType<typeof blockIoSchema>>;
export type BlockIoWeightDevice = z.output<ReturnType<typeof weightDevices>>[number];
export type BlockIoThrottleDevice = z.output<ReturnType<typeof throttleDevices>>[number];
