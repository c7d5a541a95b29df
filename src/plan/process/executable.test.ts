import { describe, expect, test } from 'bun:test';
import type { Call } from '../../../native-bindings/executor/call.ts';
import type { ErrnoName } from '../../../native-bindings/kernel/errno.ts';
import { StepList } from '../builder.ts';
import { runPlan, textOf } from '../testing/plan-run.ts';
import { executableCandidates, planCheckProgram, planSearchPath } from './executable.ts';

describe('candidates', () => {
  test('a name with a slash is a path', () => {
    expect(executableCandidates('./a', ['PATH=/bin'])).toEqual(['./a']);
    expect(executableCandidates('/bin/a', [])).toEqual(['/bin/a']);
  });

  test('a name is looked for in PATH, in its order; an empty part is the working directory', () => {
    expect(executableCandidates('a', ['PATH=/x:/y'])).toEqual(['/x/a', '/y/a']);
    expect(executableCandidates('a', ['PATH=/x::/y'])).toEqual(['/x/a', './a', '/y/a']);
  });

  test('of several PATHs the last one counts', () => {
    expect(executableCandidates('a', ['PATH=/x', 'NOPATH=/n', 'PATH=/y'])).toEqual(['/y/a']);
  });

  test('without PATH the usual folders are searched', () => {
    expect(executableCandidates('a', ['HOME=/'])).toContain('/usr/bin/a');
  });
});

/** What stands at a path, in the answers to statx, to the question for a directory, and to faccessat2. */
type Entry = 'program' | 'directory' | 'forbidden' | 'unreachable';

function hostWith(entries: Readonly<Record<string, Entry>>) {
  let path = '';
  return (call: Call): ErrnoName | undefined => {
    if (call.name === 'statx' || call.name === 'faccessat2') path = textOf(call);
    const entry = entries[path];
    if (call.name === 'statx') return entry === undefined ? 'ENOENT' : entry === 'unreachable' ? 'EACCES' : undefined;
    if (call.name === 'check') return entry === 'directory' ? undefined : 'EPERM';
    return entry === 'forbidden' ? 'EACCES' : undefined;
  };
}

describe('the search in PATH', () => {
  const search = (entries: Readonly<Record<string, Entry>>) => {
    const steps = new StepList();
    const found = planSearchPath(steps, ['/a/x', '/b/x', '/c/x']);
    const { failed } = runPlan(steps.steps, hostWith(entries));
    return failed && found.get(steps.steps.indexOf(failed));
  };

  test('ends at the first program', () => {
    expect(search({ '/a/x': 'program', '/b/x': 'program' })).toBe('/a/x');
    expect(search({ '/c/x': 'program' })).toBe('/c/x');
  });

  test.each(['directory', 'forbidden', 'unreachable'] as const)('passes over one that is %s', (entry) => {
    expect(search({ '/a/x': entry, '/b/x': 'program' })).toBe('/b/x');
  });

  test('finds nothing where nothing is', () => {
    expect(search({})).toBeUndefined();
    expect(search({ '/a/x': 'directory', '/b/x': 'forbidden' })).toBeUndefined();
  });
});

describe('a program by its path', () => {
  const look = (entries: Readonly<Record<string, Entry>>) => {
    const steps = new StepList();
    const directory = planCheckProgram(steps, '/x');
    const { failed } = runPlan(steps.steps, hostWith(entries));
    return { call: failed?.call.name, isDirectory: failed !== undefined && steps.steps.indexOf(failed) === directory };
  };

  test('is accepted', () => {
    expect(look({ '/x': 'program' })).toEqual({ call: undefined, isDirectory: false });
  });

  test.each([
    ['missing', {}, 'statx'],
    ['unreachable', { '/x': 'unreachable' }, 'statx'],
    ['forbidden', { '/x': 'forbidden' }, 'faccessat2'],
  ] as const)('that is %s is refused by the call that says so', (_, entries, call) => {
    expect(look(entries)).toEqual({ call, isDirectory: false });
  });

  test('that is a directory is refused as one', () => {
    expect(look({ '/x': 'directory' })).toEqual({ call: 'check', isDirectory: true });
  });
});
