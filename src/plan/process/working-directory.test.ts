import { describe, expect, test } from 'bun:test';
import type { Call } from '../../../native-bindings/executor/call.ts';
import { StepList } from '../builder.ts';
import { madeCalls, runPlan } from '../testing/plan-run.ts';
import { planCheckWorkingDirectory, planMakeWorkingDirectory } from './working-directory.ts';

function stepsOf(work: (steps: StepList) => void) {
  const steps = new StepList();
  work(steps);
  return steps.steps;
}

describe('the working directory', () => {
  const steps = stepsOf((list) => planMakeWorkingDirectory(list, '/a/b'));
  const missing = (errno: 'ENOENT' | 'EACCES') => {
    let isFirst = true;
    return ({ name }: Call) => {
      const answer = name === 'chdir' && isFirst ? errno : undefined;
      if (name === 'chdir') isFirst = false;
      return answer;
    };
  };

  test('that exists is entered', () => {
    expect(madeCalls(steps)).toEqual(['chdir("/a/b")']);
  });

  test('that is missing is made, with its parents', () => {
    expect(madeCalls(steps, missing('ENOENT'))).toEqual([
      'chdir("/a/b")',
      'mkdirat(AT_FDCWD, "/a", 0755)',
      'mkdirat(AT_FDCWD, "/a/b", 0755)',
      'chdir("/a/b")',
    ]);
  });

  test("that root may not enter is left to the container's user", () => {
    expect(runPlan(steps, ({ name }) => (name === 'chdir' ? 'EACCES' : undefined)).failed).toBeUndefined();
  });

  test('that is a file is an error', () => {
    expect(runPlan(steps, ({ name }) => (name === 'chdir' ? 'ENOTDIR' : undefined)).failed?.configPath).toBe(
      'process.cwd',
    );
  });
});

test('a directory outside of the root ends the plan', () => {
  const steps = stepsOf(planCheckWorkingDirectory);
  expect(runPlan(steps).failed).toBeUndefined();
  // getcwd(2) says "(unreachable)/..." then.
  expect(runPlan(steps, ({ name }) => (name === 'check' ? 'EPERM' : undefined)).failed?.purpose).toContain(
    'working directory',
  );
  expect(runPlan(steps, ({ name }) => (name === 'getcwd' ? 'ENOENT' : undefined)).failed).toBeDefined();
});
