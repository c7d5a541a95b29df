import type { Config } from '../../../config-schema/index.ts';
import { struct } from '../../../native-bindings/executor/call.ts';
import { CAPABILITIES, CAPABILITY_VERSION_3 } from '../../../native-bindings/kernel/capability.ts';
import {
  PR_CAP_AMBIENT,
  PR_CAP_AMBIENT_CLEAR_ALL,
  PR_CAP_AMBIENT_RAISE,
  PR_CAPBSET_DROP,
} from '../../../native-bindings/kernel/prctl.ts';
import { cap_user_data, cap_user_header } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

export type CapabilitySets = NonNullable<NonNullable<Config['process']>['capabilities']>;
type SetName = 'bounding' | 'effective' | 'inheritable' | 'permitted' | 'ambient';

/** The capability numbers of a set that this kernel knows. */
export function capabilityNumbers(names: readonly string[] | null | undefined, last: number): number[] {
  return (names ?? [])
    .map((name) => CAPABILITIES.indexOf(name.toUpperCase() as (typeof CAPABILITIES)[number]))
    .filter((number) => number >= 0 && number <= last);
}

/**
 * What of the five sets will not take effect. config.md asks for warnings, not for failures: names that this kernel does not
 * know, and ambient capabilities that are not inheritable and permitted as well (capabilities(7)).
 */
export function capabilityWarnings(sets: CapabilitySets, last: number): string[] {
  const all = (['bounding', 'effective', 'inheritable', 'permitted', 'ambient'] as const).flatMap(
    (set: SetName) => sets[set] ?? [],
  );
  const unknown = [...new Set(all.filter((name) => capabilityNumbers([name], last).length === 0))];
  const possible = both(sets, last);
  const raised = capabilityNumbers(sets.ambient, last).filter((number) => !possible.includes(number));
  return [
    ...unknown.map((name) => `process.capabilities: ignoring ${name}, which this kernel does not know`),
    ...raised.map(
      (number) =>
        `process.capabilities.ambient: can't raise ambient capability ${CAPABILITIES[number]}: it is not inheritable and permitted`,
    ),
  ];
}

/**
 * Reduces the bounding set. This needs CAP_SETPCAP, so it comes before the change of user; as it only limits what a later
 * execve can gain, it may come long before. A config without
 * `process.capabilities` gets none: the safe reading of what config.md leaves open, and what crun and youki do.
 */
export function planBoundingSet(steps: StepList, sets: CapabilitySets | undefined, last: number): void {
  const kept = new Set(capabilityNumbers(sets?.bounding, last));
  steps.about('process.capabilities.bounding', 'drop capabilities from the bounding set', () => {
    for (let number = 0; number <= last; number++) {
      if (!kept.has(number)) steps.call('prctl', [PR_CAPBSET_DROP, number, 0, 0, 0]);
    }
  });
}

/** Sets the effective, permitted, inheritable and ambient sets, after the change of user. */
export function planCapabilities(steps: StepList, sets: CapabilitySets | undefined, last: number): void {
  steps.about('process.capabilities', 'set capabilities', () => {
    const header = struct(cap_user_header, { version: CAPABILITY_VERSION_3 });
    const word = (set: SetName, half: 0 | 1) => {
      const numbers = capabilityNumbers(sets?.[set], last).filter((number) => number >> 5 === half);
      return numbers.reduce((bits, number) => (bits | (1 << (number & 31))) >>> 0, 0);
    };
    const data = struct(cap_user_data, {
      effective0: word('effective', 0),
      effective1: word('effective', 1),
      permitted0: word('permitted', 0),
      permitted1: word('permitted', 1),
      inheritable0: word('inheritable', 0),
      inheritable1: word('inheritable', 1),
    });
    steps.call('capset', [header, data]);
  });
  // capabilities(7): an ambient capability must be permitted and inheritable, and is lost with either. So what capset has
  // left of the caller's ambient set lies in `possible`, and only what lies in there can be raised.
  const possible = both(sets, last);
  if (possible.length === 0) return;
  const wanted = capabilityNumbers(sets?.ambient, last).filter((number) => possible.includes(number));
  steps.about('process.capabilities.ambient', 'set ambient capabilities', () => {
    steps.call('prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0]);
    for (const number of wanted) steps.call('prctl', [PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0]);
  });
}

/** The capabilities that are inheritable and permitted. */
function both(sets: CapabilitySets | undefined, last: number): number[] {
  const permitted = capabilityNumbers(sets?.permitted, last);
  return capabilityNumbers(sets?.inheritable, last).filter((number) => permitted.includes(number));
}
