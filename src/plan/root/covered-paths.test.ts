import { describe, expect, test } from 'bun:test';
import type { Call } from '../../../native-bindings/executor/call.ts';
import { type Step, StepList } from '../builder.ts';
import { testInput } from '../testing/plan-input.ts';
import { madeCalls, runPlan, textOf } from '../testing/plan-run.ts';
import { planMaskedPaths } from './masked-paths.ts';
import { planReadOnlyPaths } from './read-only-paths.ts';

function stepsOf(
  plan: typeof planMaskedPaths,
  property: 'maskedPaths' | 'readonlyPaths',
  paths: readonly string[],
): Step[] {
  const steps = new StepList();
  plan(steps, testInput({ linux: { [property]: paths } }));
  return steps.steps;
}
const masked = (...paths: string[]) => stepsOf(planMaskedPaths, 'maskedPaths', paths);
const readOnly = (...paths: string[]) => stepsOf(planReadOnlyPaths, 'readonlyPaths', paths);

/** How often a call is made. */
const count = (steps: readonly Step[], name: string, answers?: Parameters<typeof runPlan>[1]) =>
  runPlan(steps, answers).made.filter(({ call }) => call.name === name).length;

describe('masked paths', () => {
  /** Answers as if the paths of the container were files: the question for a directory is the last check of each. */
  const files = (call: Call, step: Step) =>
    call.name === 'check' && step.configPath.startsWith('linux.maskedPaths[') ? ('EPERM' as const) : undefined;

  test('are covered by a tmpfs that all directories share', () => {
    const steps = masked('/proc/acpi', '/proc/scsi', '/sys/firmware');
    expect(count(steps, 'fsopen')).toBe(1);
    expect(count(steps, 'open_tree')).toBe(3);
    const mount = madeCalls(steps).find((call) => call.startsWith('fsmount'));
    expect(mount).toContain('MOUNT_ATTR_RDONLY');
  });

  test("are covered by the host's /dev/null where they are files", () => {
    const steps = masked('/proc/kcore');
    const sources = (answers?: typeof files) =>
      runPlan(steps, answers)
        .made.filter(({ call }) => call.name === 'open_tree')
        .map(({ call: { args } }) => (typeof args[0] === 'object' && args[0].kind === 'result' ? args[0].of.name : ''));
    expect(sources()).toEqual(['fsmount']);
    expect(sources(files)).toEqual(['openat']);
    expect(madeCalls(steps)).toContain('openat(AT_FDCWD, "/dev/null", O_CLOEXEC|O_NOFOLLOW|O_PATH, 00)');
  });

  test('a /dev/null that is not the device ends the plan', () => {
    const { failed } = runPlan(masked('/proc/kcore'), ({ name }) => (name === 'check' ? 'EPERM' : undefined));
    expect(failed?.call.name).toBe('check');
    expect(failed?.configPath).toBe('linux.maskedPaths');
  });

  test.each(['ENOENT', 'ENOTDIR'] as const)('that answer %s are left out', (errno) => {
    const steps = masked('/a', '/b');
    const { made, failed } = runPlan(steps, (call) => (textOf(call) === '/a' ? errno : undefined));
    expect(failed).toBeUndefined();
    expect(made.filter(({ call }) => call.name === 'open_tree')).toHaveLength(1);
  });

  test.each(['EACCES', 'ELOOP', 'EIO'] as const)(
    'that answer %s stop everything: they would stay readable',
    (errno) => {
      const { failed } = runPlan(masked('/a'), (call) => (textOf(call) === '/a' ? errno : undefined));
      expect(failed?.configPath).toBe('linux.maskedPaths[0]');
    },
  );

  test('that are listed twice are covered once, and none cost nothing', () => {
    expect(count(masked('/a', '//a/.', '/b'), 'open_tree')).toBe(2);
    expect(masked()).toEqual([]);
  });
});

describe('read-only paths', () => {
  test('are covered by a copy that became read-only before, with all below it', () => {
    const calls = madeCalls(readOnly('/proc/sys'));
    expect(calls.map((call) => call.split('(')[0])).toEqual([
      'openat2',
      'open_tree',
      'mount_setattr',
      'move_mount',
      'close_range',
    ]);
    expect(calls[1]).toContain('AT_RECURSIVE');
    expect(calls[2]).toMatch(/AT_RECURSIVE.*attr_set=MOUNT_ATTR_RDONLY/);
    expect(calls[2]).not.toContain('attr_clr');
  });

  test('that do not exist are left out, ones that cannot be reached are errors', () => {
    const answers = (errno: 'ENOENT' | 'EACCES') => (call: Call) => (textOf(call) === '/a' ? errno : undefined);
    const steps = readOnly('/a', '/b');
    expect(count(steps, 'move_mount', answers('ENOENT'))).toBe(1);
    expect(runPlan(steps, answers('EACCES')).failed?.configPath).toBe('linux.readonlyPaths[0]');
  });
});
