import { describe, expect, test } from 'bun:test';
import { StepList } from '../builder.ts';
import { testConfig } from '../testing/plan-input.ts';
import { madeCalls } from '../testing/plan-run.ts';
import { identity, planCredentials } from './credentials.ts';

const processOf = (process: object) => testConfig({ process }).process;

function callsOf(process: object, options: { canSetGroups?: boolean; isBounded?: boolean } = {}): string[] {
  const steps = new StepList();
  planCredentials(steps, processOf(process), { lastCapability: 40, canSetGroups: true, isBounded: true, ...options });
  return madeCalls(steps.steps);
}

test('what config.json leaves out is 0, and the umask is 022', () => {
  expect(identity({ cwd: '/', args: ['sh'] })).toEqual({ uid: 0, gid: 0, umask: 0o022, additionalGids: [] });
  const user = { uid: 1000, gid: 100, umask: 0, additionalGids: [5, 6] };
  expect(identity(processOf({ user }))).toEqual(user);
});

describe('the order', () => {
  test('leaves no window: bounding set, groups, gid, uid, capabilities', () => {
    const calls = callsOf({ user: { uid: 1000, gid: 100 } }, { isBounded: false });
    const place = (start: string) => calls.findIndex((call) => call.startsWith(start));
    const order = ['prctl(PR_CAPBSET_DROP', 'setgroups(', 'setresgid(', 'setresuid(', 'capset('].map(place);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
  });

  test('keeps capabilities over the change of user, and no longer', () => {
    const calls = callsOf({ user: { uid: 1000, gid: 100 } });
    const setuid = calls.indexOf('setresuid(1000, 1000, 1000)');
    expect(calls.indexOf('prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)')).toBeLessThan(setuid);
    expect(calls.indexOf('prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)')).toBeGreaterThan(setuid);
    expect(callsOf({}).join()).not.toContain('KEEPCAPS');
  });

  test('no_new_privs is set before the user changes, where it is asked for', () => {
    const calls = callsOf({ noNewPrivileges: true });
    expect(calls[0]).toBe('prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)');
    expect(callsOf({ noNewPrivileges: false }).join()).not.toContain('NO_NEW_PRIVS');
  });
});

describe('groups', () => {
  test("are always set, so that the caller's never stay", () => {
    expect(callsOf({})).toContain('setgroups(0, <0 bytes>)');
    expect(callsOf({ user: { uid: 0, gid: 0, additionalGids: [5, 70000] } })).toContain('setgroups(2, <8 bytes>)');
  });

  test('are left alone where the user namespace forbids them', () => {
    expect(callsOf({}, { canSetGroups: false }).join()).not.toContain('setgroups');
  });
});
