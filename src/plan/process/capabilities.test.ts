import { describe, expect, test } from 'bun:test';
import { CAPABILITIES } from '../../../native-bindings/kernel/capability.ts';
import { StepList } from '../builder.ts';
import { madeCalls } from '../testing/plan-run.ts';
import {
  type CapabilitySets,
  capabilityNumbers,
  capabilityWarnings,
  planBoundingSet,
  planCapabilities,
} from './capabilities.ts';

const LAST = 40;

function setsOf(sets: CapabilitySets | undefined, last = LAST): string[] {
  const steps = new StepList();
  planCapabilities(steps, sets, last);
  return madeCalls(steps.steps);
}

describe('names', () => {
  test("become the kernel's numbers", () => {
    expect(capabilityNumbers(['CAP_CHOWN', 'CAP_SYS_ADMIN', 'CAP_CHECKPOINT_RESTORE'], LAST)).toEqual([0, 21, 40]);
    expect(capabilityNumbers(['cap_kill'], LAST)).toEqual([5]);
  });

  test('that the kernel does not know are left out', () => {
    expect(capabilityNumbers(['CAP_CHOWN', 'CAP_FLY', 'CAP_CHECKPOINT_RESTORE'], 39)).toEqual([0]);
    expect(capabilityNumbers(undefined, LAST)).toEqual([]);
    expect(capabilityNumbers(null, LAST)).toEqual([]);
  });
});

describe('the words of capset', () => {
  test('hold effective, permitted and inheritable in two halves', () => {
    const [call] = setsOf({
      effective: ['CAP_CHOWN'],
      permitted: ['CAP_CHOWN', 'CAP_SETFCAP', 'CAP_CHECKPOINT_RESTORE'],
      inheritable: ['CAP_MAC_OVERRIDE'],
    });
    // CAP_SETFCAP is bit 31: the word stays positive. CAP_MAC_OVERRIDE is bit 0 of the second half.
    expect(call).toContain(`effective0=1, `);
    expect(call).toContain(`permitted0=${2 ** 31 + 1}, `);
    expect(call).toContain(`permitted1=${2 ** 8}`);
    expect(call).toContain('inheritable1=1');
    expect(call).not.toContain('effective1');
    expect(call).not.toContain('inheritable0');
  });

  test('are all zero without `process.capabilities`', () => {
    const calls = setsOf(undefined);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/^capset\(\{version=\d+\}, \{\}\)$/);
  });
});

describe('the ambient set', () => {
  const both = ['CAP_KILL', 'CAP_CHOWN'];

  test('is cleared, then raised one by one', () => {
    const calls = setsOf({ permitted: both, inheritable: both, ambient: ['CAP_KILL'] });
    expect(calls.slice(1)).toEqual([
      'prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)',
      'prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0)',
    ]);
  });

  test("is cleared where the caller's could survive, although config.json wants none", () => {
    expect(setsOf({ permitted: both, inheritable: both })).toHaveLength(2);
  });

  test('holds nothing that is not permitted and inheritable', () => {
    expect(setsOf({ permitted: both, ambient: both })).toHaveLength(1);
    const calls = setsOf({ permitted: ['CAP_KILL'], inheritable: both, ambient: both });
    expect(calls.filter((call) => call.includes('RAISE'))).toEqual([expect.stringContaining('CAP_KILL')]);
  });
});

describe('the bounding set', () => {
  const dropped = (names: readonly string[] | undefined, last = LAST) => {
    const steps = new StepList();
    planBoundingSet(steps, names && { bounding: [...names] }, last);
    return madeCalls(steps.steps).map((call) => /PR_CAPBSET_DROP, (\w+)/.exec(call)?.[1] ?? call);
  };

  test('loses all but what is listed', () => {
    const kept = ['CAP_KILL', 'CAP_NET_RAW'];
    expect(dropped(kept)).toEqual(CAPABILITIES.filter((name) => !kept.includes(name)));
  });

  test('loses everything without a list', () => {
    expect(dropped(undefined)).toEqual([...CAPABILITIES]);
  });

  test('is asked only for what the kernel knows', () => {
    expect(dropped([], 10)).toHaveLength(11);
  });
});

describe('warnings', () => {
  test('name unknown capabilities once', () => {
    const warnings = capabilityWarnings({ bounding: ['CAP_FLY', 'CAP_KILL'], permitted: ['CAP_FLY'] }, LAST);
    expect(warnings).toEqual([expect.stringContaining('CAP_FLY')]);
  });

  test('name ambient ones that cannot be raised', () => {
    const warnings = capabilityWarnings({ permitted: ['CAP_KILL'], ambient: ['CAP_KILL'] }, LAST);
    expect(warnings).toEqual([expect.stringMatching(/ambient.*CAP_KILL/)]);
  });

  test('are none where all is well', () => {
    const all = ['CAP_KILL'];
    expect(
      capabilityWarnings({ bounding: all, permitted: all, effective: all, inheritable: all, ambient: all }, LAST),
    ).toEqual([]);
  });
});
