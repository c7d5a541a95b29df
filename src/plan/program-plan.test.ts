import { describe, expect, test } from 'bun:test';
import { CLONE_NEWNS, CLONE_NEWUSER } from '../../native-bindings/kernel/clone.ts';
import { planProgram } from './program-plan.ts';
import { testConfig } from './testing/plan-input.ts';
import { madeCalls } from './testing/plan-run.ts';

const callsOf = (...args: Parameters<typeof planProgram>) => madeCalls(planProgram(...args).steps);

describe('a program on the host', () => {
  test('gets a session of its own, its folder, and exactly the environment that is listed', () => {
    const calls = callsOf({ path: '/hook', args: ['hook', 'a'], env: ['A=1'] }, 'hooks.poststop[0]', '/work');
    expect(calls[0]).toBe('setsid()');
    expect(calls).toContain('chdir("/work")');
    expect(calls.at(-1)).toBe('execve("/hook", ["hook", "a"], ["A=1"])');
  });

  test('without arguments and environment is called by its path, with none', () => {
    expect(callsOf({ path: '/hook' }, '', '/').at(-1)).toBe('execve("/hook", ["/hook"], [])');
    expect(callsOf({ path: '/hook', args: [] }, '', '/').at(-1)).toBe('execve("/hook", ["/hook"], [])');
  });

  test('keeps no descriptor but 0, 1 and 2', () => {
    const closing = callsOf({ path: '/hook' }, '', '/').filter((call) => call.startsWith('close_range'));
    expect(closing).toEqual(['close_range(4, ~0, 0)', 'close_range(3, 3, CLOSE_RANGE_CLOEXEC)']);
  });
});

describe('a program in a container', () => {
  const container = { namespaces: CLONE_NEWNS, lastCapability: 40, canSetGroups: true };

  test('cannot be looked into before it joins', () => {
    const calls = callsOf({ path: '/hook' }, '', '/', container);
    expect(calls.slice(0, 2)).toEqual(['prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)', 'setns(4, CLONE_NEWNS)']);
  });

  test('is a child of the one that joined: a pid namespace is for children', () => {
    const plan = planProgram({ path: '/hook' }, '', '/', container);
    expect(plan.steps[plan.clone ?? -1]?.call.name).toBe('clone3');
    expect(planProgram({ path: '/hook' }, '', '/').clone).toBeUndefined();
  });

  test('becomes root of a user namespace that it joins', () => {
    const calls = callsOf({ path: '/hook' }, '', '/', { ...container, namespaces: CLONE_NEWUSER | CLONE_NEWNS });
    expect(calls.indexOf('setresuid(0, 0, 0)')).toBeGreaterThan(calls.findIndex((call) => call.startsWith('setns')));
    expect(callsOf({ path: '/hook' }, '', '/', container).join()).not.toContain('setresuid');
  });

  test("takes on the identity of the container's process where it is told to", () => {
    const { process } = testConfig({ process: { user: { uid: 7, gid: 8 } } });
    const calls = callsOf({ path: '/hook' }, '', '/', { ...container, process });
    expect(calls).toContain('setresuid(7, 7, 7)');
    expect(calls.at(-1)).toStartWith('execve');
  });

  test('joins nothing where init shares everything', () => {
    expect(callsOf({ path: '/hook' }, '', '/', { ...container, namespaces: 0 }).join()).not.toContain('setns');
  });
});
