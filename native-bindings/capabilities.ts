import { CAPABILITIES, CAPABILITY_VERSION_3, type Capability } from './kernel/capability.ts';
import { withScratch } from './memory.ts';
import { writeField } from './struct/layout.ts';
import { cap_user_data, cap_user_header } from './struct/structs.ts';
import { syscall } from './syscall.ts';

/** Whether this process has a capability in its effective set (capget(2)). @throws {SystemError} */
export function hasCapability(capability: Capability): boolean {
  return withScratch((take) => {
    const header = take(cap_user_header.size);
    writeField(header.view, cap_user_header.offsets.version, 'u32', CAPABILITY_VERSION_3);
    const data = take(cap_user_data.size);
    syscall(undefined, 'capget', header, data);
    const number = CAPABILITIES.indexOf(capability);
    const { effective0, effective1 } = cap_user_data.offsets;
    const word = data.view.getUint32(number < 32 ? effective0 : effective1, true);
    return (word & (1 << (number & 31))) !== 0;
  });
}
