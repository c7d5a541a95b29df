import { struct } from '../../native-bindings/executor/call.ts';
import { AF_INET, IFF_UP, SIOCSIFFLAGS, SOCK_CLOEXEC, SOCK_DGRAM } from '../../native-bindings/kernel/socket.ts';
import { ifreq } from '../../native-bindings/struct/structs.ts';
import type { StepList } from './builder.ts';
import type { PlanInput } from './input.ts';
import { hasNewNamespace } from './namespaces.ts';

/** Brings up the loopback device of a new network namespace. */
export function planLoopback(steps: StepList, { config }: PlanInput): void {
  if (!hasNewNamespace(config, 'network')) return;
  steps.about('linux.namespaces', 'bring up the loopback device', () => {
    const socket = steps.call('socket', [AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0]);
    const request = struct(ifreq, { ifr_name: new TextEncoder().encode('lo'), ifr_flags: IFF_UP });
    steps.call('ioctl', [socket, SIOCSIFFLAGS, request]);
  });
}
