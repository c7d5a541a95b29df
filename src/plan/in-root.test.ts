import { describe, expect, test } from 'bun:test';
import type { Call } from '../../native-bindings/executor/call.ts';
import { StepList } from './builder.ts';
import { withMountPoint } from './in-root.ts';
import { madeCalls, runPlan, textOf } from './testing/plan-run.ts';

const ROOT = 5;

function plan(path: string, type: 'directory' | 'file') {
  const steps = new StepList();
  withMountPoint(steps, ROOT, path, { type }, (target) => steps.call('fchdir', [target]));
  return steps.steps;
}

/** A root file system in which only some paths exist; what is made exists from then on. */
function rootWith(...paths: string[]) {
  const existing = new Set(['/', ...paths]);
  let opened = '/';
  return (call: Call) => {
    if (call.name === 'openat2') {
      opened = textOf(call);
      return existing.has(opened) ? undefined : ('ENOENT' as const);
    }
    if (call.name === 'mkdirat' || call.name === 'mknodat') {
      const parent = typeof call.args[0] === 'object' ? opened : '/';
      existing.add(`${parent === '/' ? '' : parent}/${textOf(call)}`);
    }
    return undefined;
  };
}

const short = (calls: readonly string[]) => calls.map((call) => call.replace(/, \{.*/, '').replace(/, 0\d+.*/, ''));

describe('a mount point', () => {
  test('that exists is opened, and nothing is made', () => {
    expect(short(madeCalls(plan('/a/b', 'directory'), rootWith('/a/b')))).toEqual(['openat2(5, "/a/b"', 'fchdir(#)']);
  });

  test('that is missing is made at its parent', () => {
    expect(short(madeCalls(plan('/a/b', 'directory'), rootWith('/a')))).toEqual([
      'openat2(5, "/a/b"',
      'openat2(5, "/a"',
      'mkdirat(#, "b"',
      'openat2(5, "/a/b"',
      'fchdir(#)',
    ]);
  });

  test('whose parents are missing gets them one by one', () => {
    expect(short(madeCalls(plan('/a/b/c', 'file'), rootWith()))).toEqual([
      'openat2(5, "/a/b/c"',
      'openat2(5, "/a/b"',
      'mkdirat(5, "a"',
      'openat2(5, "/a"',
      'mkdirat(#, "b"',
      'openat2(5, "/a/b"',
      'mknodat(#, "c"',
      'openat2(5, "/a/b/c"',
      'fchdir(#)',
    ]);
  });

  test('right below the root needs no parent', () => {
    expect(short(madeCalls(plan('/a', 'file'), rootWith()))).toEqual([
      'openat2(5, "/a"',
      'mknodat(5, "a"',
      'openat2(5, "/a"',
      'fchdir(#)',
    ]);
  });

  test('is used once, whatever exists', () => {
    for (const existing of [[], ['/a'], ['/a', '/a/b'], ['/a', '/a/b', '/a/b/c']]) {
      const run = runPlan(plan('/a/b/c', 'directory'), rootWith(...existing));
      expect(run.failed).toBeUndefined();
      expect(run.made.filter(({ call }) => call.name === 'fchdir')).toHaveLength(1);
    }
  });

  test('that another process makes meanwhile is used', () => {
    const answers = rootWith('/a', '/a/b');
    const late = (call: Call) => (call.name === 'mkdirat' ? ('EEXIST' as const) : answers(call));
    let first = true;
    const run = runPlan(plan('/a/b', 'directory'), (call) => {
      if (first) {
        first = false;
        return 'ENOENT';
      }
      return late(call);
    });
    expect(run.failed).toBeUndefined();
  });

  test.each(['ELOOP', 'ENOTDIR', 'EACCES'] as const)('behind %s is an error', (errno) => {
    expect(runPlan(plan('/a/b', 'directory'), () => errno).made).toHaveLength(1);
  });

  test('is resolved inside the root, never beyond it, and never by a magic link', () => {
    for (const { call } of plan('/../a/../../b', 'directory').filter((step) => step.call.name === 'openat2')) {
      expect(textOf(call)).toMatch(/^\/b?$/);
      expect(JSON.stringify(call.args[2])).toContain('"resolve":18');
    }
  });
});
