import * as z from 'zod/mini';
import { blockIoSchema } from './block-io.ts';
import { int64, optionalInt64, optionalUint32, optionalUint64, uint32, uint64 } from './integers.ts';
import { flag, matching, optionalFlag, optionalText, text, textMap } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const deviceRulesSchema = once(() =>
  z.array(object({ allow: flag(), type: optionalText(), access: optionalText() }, { major: int64, minor: int64 })),
);

const memorySchema = once(() =>
  object({
    limit: optionalInt64(),
    reservation: optionalInt64(),
    swap: optionalInt64(),
    kernel: optionalInt64(),
    kernelTCP: optionalInt64(),
    swappiness: optionalUint64(),
    disableOOMKiller: optionalFlag(),
    useHierarchy: optionalFlag(),
    checkBeforeUpdate: optionalFlag(),
  }),
);

const cpuSchema = once(() =>
  object({
    shares: optionalUint64(),
    quota: optionalInt64(),
    burst: optionalUint64(),
    period: optionalUint64(),
    realtimeRuntime: optionalInt64(),
    realtimePeriod: optionalUint64(),
    cpus: optionalText(),
    mems: optionalText(),
    idle: optionalInt64(),
  }),
);

const pidsSchema = once(() => object({ limit: int64() }));

const hugepageLimitsSchema = once(() =>
  z.array(object({ pageSize: matching(/^[1-9][0-9]*[KMG]B$/, 'a page size such as "2MB" or "1GB"'), limit: uint64() })),
);

const networkSchema = once(() => object({ classID: optionalUint32() }, { priorities: networkPriorities }));

const networkPriorities = once(() => z.array(object({ name: text(), priority: uint32() })));

const rdmaSchema = once(() => z.record(text(), object({ hcaHandles: optionalUint32(), hcaObjects: optionalUint32() })));

/** runtime-spec config-linux.md, "Control groups"; also what `update --resources` reads. */
export const resourcesSchema = once(() =>
  object(
    {},
    {
      devices: deviceRulesSchema,
      memory: memorySchema,
      cpu: cpuSchema,
      pids: pidsSchema,
      blockIO: blockIoSchema,
      hugepageLimits: hugepageLimitsSchema,
      network: networkSchema,
      rdma: rdmaSchema,
      unified: textMap,
    },
  ),
);

export type Resources = z.output<ReturnType<typeof resourcesSchema>>;
export type DeviceRule = z.output<ReturnType<typeof deviceRulesSchema>>[number];
export type Memory = z.output<ReturnType<typeof memorySchema>>;
export type Cpu = z.output<ReturnType<typeof cpuSchema>>;
export type Pids = z.output<ReturnType<typeof pidsSchema>>;
export type HugepageLimit = z.output<ReturnType<typeof hugepageLimitsSchema>>[number];
export type Network = z.output<ReturnType<typeof networkSchema>>;
export type Rdma = z.output<ReturnType<typeof rdmaSchema>>;
