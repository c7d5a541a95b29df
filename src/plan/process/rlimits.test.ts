import { describe, expect, test } from 'bun:test';
import type { Rlimit } from '../../../config-schema/index.ts';
import { decodePlan } from '../../../native-bindings/executor/decode-plan.ts';
import { encodePlan } from '../../../native-bindings/executor/wire.ts';
import { StepList } from '../builder.ts';
import { madeCalls } from '../testing/plan-run.ts';
import { planRlimits } from './rlimits.ts';

function stepsOf(rlimits: readonly Rlimit[], when: 'early' | 'late' = 'early') {
  const steps = new StepList();
  planRlimits(steps, { cwd: '/', args: ['sh'], rlimits: [...rlimits] }, when);
  return steps.steps;
}

test('limits are set in their order, RLIM_INFINITY by its name', () => {
  const calls = madeCalls(
    stepsOf([
      { type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 },
      { type: 'RLIMIT_CORE', soft: 1, hard: 2n ** 64n - 1n },
    ]),
  );
  expect(calls).toEqual([
    'prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=4096}, 0)',
    'prlimit64(0, RLIMIT_CORE, {rlim_cur=1, rlim_max=RLIM_INFINITY}, 0)',
  ]);
});

test.each([0n, 1n, 2n ** 53n - 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n])(
  '%p reaches the kernel exactly',
  (value) => {
    const calls = stepsOf([{ type: 'RLIMIT_AS', soft: value, hard: value }]).map(({ call }) => call);
    const plan = decodePlan(encodePlan(calls, 'x64', 3), 'x64');
    const limit = plan.calls[0]?.args[2];
    if (limit?.kind !== 'data') throw new Error('no pointer to a limit');
    const view = new DataView(plan.area.buffer, plan.area.byteOffset + limit.offset, 16);
    expect([view.getBigUint64(0, true), view.getBigUint64(8, true)]).toEqual([value, value]);
  },
);

test('a failure names the limit by its place in config.json', () => {
  const steps = stepsOf([
    { type: 'RLIMIT_NOFILE', soft: 0, hard: 0 },
    { type: 'RLIMIT_NPROC', soft: 1, hard: 2 },
  ]);
  expect(steps.map(({ configPath }) => configPath)).toEqual(['process.rlimits[1]']);
  expect(steps[0]?.purpose).toContain('RLIMIT_NPROC');
});

describe('a limit of descriptors', () => {
  test('that leaves init none to work with comes last', () => {
    const tiny: Rlimit[] = [{ type: 'RLIMIT_NOFILE', soft: 4, hard: 4 }];
    expect(stepsOf(tiny, 'early')).toEqual([]);
    expect(stepsOf(tiny, 'late')).toHaveLength(1);
  });

  test('and every other limit come once', () => {
    for (const type of ['RLIMIT_NOFILE', 'RLIMIT_NPROC'] as const) {
      for (const soft of [0, 3, 15, 16, 1024, 2n ** 60n]) {
        const limits: Rlimit[] = [{ type, soft, hard: 2n ** 62n }];
        expect(stepsOf(limits, 'early').length + stepsOf(limits, 'late').length).toBe(1);
      }
    }
  });
});
