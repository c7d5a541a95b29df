import * as z from 'zod/mini';
import { optionalUint32, optionalUint64, uint32, uint64 } from './integers.ts';
import { optionalText, optionalTexts, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const hypervisor = once(() => object({ path: text(), parameters: optionalTexts() }));
const image = once(() => object({ path: text(), format: z.enum(['raw', 'qcow2', 'vdi', 'vmdk', 'vhd']) }));
const ioMemory = once(() => z.array(object({ firstGFN: optionalUint64(), firstMFN: uint64(), nrMFNs: uint64() })));
const hardware = once(() =>
  object(
    { deviceTree: optionalText(), vcpus: optionalUint32(), memory: optionalUint64(), dtdevs: optionalTexts() },
    { iomems: ioMemory, irqs: () => z.array(uint32()) },
  ),
);

/** runtime-spec config-vm.md. */
export const vmSchema = once(() =>
  object(
    { kernel: object({ path: text(), parameters: optionalTexts(), initrd: optionalText() }) },
    { hypervisor, image, hwConfig: hardware },
  ),
);

export type Vm = z.output<ReturnType<typeof vmSchema>>;
