import { cstring } from '../../native-bindings/executor/call.ts';
import type { StepList } from './builder.ts';
import type { PlanInput } from './input.ts';

/** `hostname` and `domainname`, in the container's own UTS namespace (the schema refuses them without one). */
export function planHostName(steps: StepList, { config }: PlanInput): void {
  for (const [property, call] of [
    ['hostname', 'sethostname'],
    ['domainname', 'setdomainname'],
  ] as const) {
    const name = config[property];
    if (!name) continue;
    steps.about(property, `set the ${property} to ${name}`, () => {
      steps.call(call, [cstring(name), new TextEncoder().encode(name).length]);
    });
  }
}
