import { describe, expect, test } from 'bun:test';
import { encodePlan } from '../../native-bindings/executor/wire.ts';
import { StepList } from './builder.ts';
import { madeNames, runPlan } from './testing/plan-run.ts';

describe('what is done after a call', () => {
  test('a call that must succeed ends the plan when it does not', () => {
    const steps = new StepList();
    steps.call('setsid', []);
    steps.call('umask', [0]);
    const run = runPlan(steps.steps, ({ name }) => (name === 'setsid' ? 'EPERM' : undefined));
    expect(run.failed).toBe(steps.steps[0]);
    expect(run.made).toHaveLength(1);
  });

  test('an errno that may be ignored is, another is not', () => {
    const steps = new StepList();
    steps.call('mkdirat', [3], ['EEXIST', 'EACCES']);
    steps.call('umask', [0]);
    for (const errno of ['EEXIST', 'EACCES'] as const) {
      expect(madeNames(steps.steps, ({ name }) => (name === 'mkdirat' ? errno : undefined))).toEqual([
        'mkdirat',
        'umask',
      ]);
    }
    expect(runPlan(steps.steps, () => 'ENOSPC').failed).toBeDefined();
  });

  test('callOrSkip leaves the rest out after such a failure, and nothing more', () => {
    const steps = new StepList();
    steps.callOrSkip('openat2', [3], ['ENOENT'], (fd) => {
      steps.call('fchdir', [fd]);
      steps.call('chroot', [0]);
    });
    steps.call('umask', [0]);
    expect(madeNames(steps.steps)).toEqual(['openat2', 'fchdir', 'chroot', 'umask']);
    expect(madeNames(steps.steps, ({ name }) => (name === 'openat2' ? 'ENOENT' : undefined))).toEqual([
      'openat2',
      'umask',
    ]);
    expect(runPlan(steps.steps, () => 'EIO').failed?.call.name).toBe('openat2');
  });

  test('callOrElse does the other thing after such a failure only', () => {
    const steps = new StepList();
    steps.callOrElse('mknodat', [3], ['EPERM'], () => steps.call('openat', [3]));
    steps.call('umask', [0]);
    expect(madeNames(steps.steps)).toEqual(['mknodat', 'umask']);
    expect(madeNames(steps.steps, ({ name }) => (name === 'mknodat' ? 'EPERM' : undefined))).toEqual([
      'mknodat',
      'openat',
      'umask',
    ]);
  });

  test('callAndThen does one of two things', () => {
    const steps = new StepList();
    steps.callAndThen(
      'openat2',
      [3],
      ['ENOENT'],
      (fd) => steps.call('fchdir', [fd]),
      () => steps.call('mkdirat', [3]),
    );
    steps.call('umask', [0]);
    expect(madeNames(steps.steps)).toEqual(['openat2', 'fchdir', 'umask']);
    const names = madeNames(steps.steps, ({ name }) => (name === 'openat2' ? 'ENOENT' : undefined));
    expect(names.filter((name) => name !== 'check')).toEqual(['openat2', 'mkdirat', 'umask']);
  });

  test('branch follows its condition, nested ones too', () => {
    const steps = new StepList();
    const branch = (inner: readonly [number, number, number], outer: readonly [number, number, number]) => {
      steps.steps.length = 0;
      steps.branch(
        outer,
        () =>
          steps.branch(
            inner,
            () => steps.call('setsid', []),
            () => steps.call('umask', [0]),
          ),
        () => steps.call('getcwd', [0]),
      );
      steps.call('fchdir', [0]);
      return madeNames(steps.steps).filter((name) => name !== 'check');
    };
    const [holds, fails] = [[6, 2, 2] as const, [6, 2, 0] as const];
    expect(branch(holds, holds)).toEqual(['setsid', 'fchdir']);
    expect(branch(fails, holds)).toEqual(['umask', 'fchdir']);
    expect(branch(holds, fails)).toEqual(['getcwd', 'fchdir']);
  });
});

describe('what a call is for', () => {
  test('is that of the innermost group', () => {
    const steps = new StepList();
    steps.about('mounts[0]', 'mount proc', () => {
      steps.call('setsid', []);
      steps.about('mounts[0].options', 'inner', () => steps.call('setsid', []));
      steps.call('setsid', []);
    });
    steps.call('setsid', []);
    expect(steps.steps.map(({ configPath, purpose }) => [configPath, purpose])).toEqual([
      ['mounts[0]', 'mount proc'],
      ['mounts[0].options', 'inner'],
      ['mounts[0]', 'mount proc'],
      ['', ''],
    ]);
  });
});

test('results go to later calls of the same list only', () => {
  const [first, second] = [new StepList(), new StepList()];
  const fd = first.call('openat', [3]);
  second.call('fchdir', [fd]);
  expect(() =>
    encodePlan(
      second.steps.map(({ call }) => call),
      'x64',
      3,
    ),
  ).toThrow(RangeError);
  expect(() => runPlan(second.steps)).toThrow('uses the result of openat');
});

test('a block that is longer than a call can skip is refused with its place in config.json', () => {
  const steps = new StepList();
  const long = () => {
    for (let count = 0; count < 256; count++) steps.call('getpid', []);
  };
  const work = () =>
    steps.about('process.cwd', 'enter a deep directory', () => steps.callOrSkip('chdir', [0], 'any', long));
  expect(work).toThrow('process.cwd: cannot enter a deep directory: the path has too many components');
});
