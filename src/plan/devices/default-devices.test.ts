import { describe, expect, test } from 'bun:test';
import type { Call } from '../../../native-bindings/executor/call.ts';
import type { ErrnoName } from '../../../native-bindings/kernel/errno.ts';
import { StepList } from '../builder.ts';
import { planMounts } from '../mounts/mounts.ts';
import { namespaces, type TestInput, testInput } from '../testing/plan-input.ts';
import { madeCalls, runPlan, textOf } from '../testing/plan-run.ts';
import { planDefaultDevices } from './default-devices.ts';

const NAMES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];
const TMPFS = { destination: '/dev', type: 'tmpfs', source: 'tmpfs' };

function stepsOf(input: TestInput) {
  const steps = new StepList();
  planDefaultDevices(steps, input, planMounts(steps, input));
  return steps.steps;
}
const withDev = (...mounts: object[]) => testInput({ mounts });
const nodes = (calls: readonly string[]) =>
  calls.flatMap(
    (call) => /^mknodat\(\S+ "(\w+)", 020666, makedev\((\d+), (\d+)\)/.exec(call)?.slice(1).join(' ') ?? [],
  );

describe('default devices', () => {
  test('are made in a new /dev', () => {
    expect(nodes(madeCalls(stepsOf(withDev(TMPFS))))).toEqual([
      'null 1 3',
      'zero 1 5',
      'full 1 7',
      'random 1 8',
      'urandom 1 9',
      'tty 5 0',
    ]);
  });

  test("are the host's, bound and verified, where device nodes cannot be made", () => {
    const mappings = [{ containerID: 0, hostID: 1000, size: 1 }];
    const linux = { namespaces: namespaces('mount', 'uts', 'user'), uidMappings: mappings, gidMappings: mappings };
    for (const input of [
      testInput({ mounts: [TMPFS], linux }),
      testInput({ mounts: [TMPFS] }, { facts: { canMakeDevices: false } }),
    ]) {
      const steps = stepsOf(input);
      const calls = madeCalls(steps);
      expect(nodes(calls)).toEqual([]);
      for (const name of NAMES) expect(calls.join('\n')).toContain(`open_tree(AT_FDCWD, "/dev/${name}"`);
      const wrong = runPlan(steps, ({ name }) => (name === 'check' ? 'EPERM' : undefined));
      expect(wrong.failed?.purpose).toBe('create /dev/null');
    }
  });

  test('in a /dev of the image keep nodes that are the right ones, and refuse others', () => {
    const steps = stepsOf(withDev());
    const exists = ({ name }: Call): ErrnoName | undefined => (name === 'mknodat' ? 'EEXIST' : undefined);
    expect(runPlan(steps, exists).failed).toBeUndefined();
    const fake = (call: Call): ErrnoName | undefined => (call.name === 'check' ? 'EPERM' : exists(call));
    expect(runPlan(steps, fake).failed?.purpose).toBe('create /dev/null');
  });

  test('are not made in a /dev that config.json binds', () => {
    const bound = withDev({ destination: '/dev/', source: '/dev', options: ['rbind'] });
    expect(madeCalls(stepsOf(bound)).join()).not.toContain('mknodat');
    expect(madeCalls(stepsOf(bound)).join()).not.toContain('symlinkat');
  });
});

describe('links', () => {
  const linksOf = (input: TestInput) =>
    runPlan(stepsOf(input)).made.flatMap(({ call }) => (call.name === 'symlinkat' ? textOf(call) : []));
  const usual = ['pts/ptmx', '/proc/self/fd', '/proc/self/fd/0', '/proc/self/fd/1', '/proc/self/fd/2'];

  test('are made, /dev/core only on hosts that have a kcore', () => {
    expect(linksOf(withDev(TMPFS))).toEqual([...usual, '/proc/kcore']);
    expect(linksOf(testInput({ mounts: [TMPFS] }, { facts: { hasKcore: false } }))).toEqual(usual);
  });

  test("an image's own ptmx is replaced: it would be the host's", () => {
    expect(madeCalls(stepsOf(withDev())).join()).toContain('unlinkat');
    expect(madeCalls(stepsOf(withDev(TMPFS))).join()).not.toContain('unlinkat');
  });
});
