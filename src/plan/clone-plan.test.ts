import { describe, expect, test } from 'bun:test';
import { planClone } from './clone-plan.ts';
import { descriptors } from './descriptors.ts';
import { namespaces, testInput } from './testing/plan-input.ts';
import { madeCalls } from './testing/plan-run.ts';

const layout = (atSpawn: number) => ({ rootfs: atSpawn + 1, cgroup: atSpawn + 2 });
const USER = {
  namespaces: namespaces('mount', 'uts', 'user'),
  uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
  gidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
};

function callsOf(
  input = testInput(),
  place: { rootfs: number; cgroup?: number } = layout(input.fds.atSpawn),
): string[] {
  return madeCalls(planClone(input, place));
}

describe('the clone of init', () => {
  test('makes the namespaces of config.json, a sibling, in its cgroup', () => {
    const clone = callsOf().find((call) => call.startsWith('clone3'));
    for (const flag of ['CLONE_PARENT', 'CLONE_INTO_CGROUP', 'CLONE_NEWPID', 'CLONE_NEWNET', 'CLONE_NEWNS']) {
      expect(clone).toContain(flag);
    }
    expect(clone).not.toContain('CLONE_NEWCGROUP');
  });

  test('without a cgroup stays where ocirun is', () => {
    const clone = callsOf(testInput(), { rootfs: 7 }).find((call) => call.startsWith('clone3'));
    expect(clone).not.toContain('CGROUP');
    expect(clone).not.toContain('cgroup=');
  });

  test('happens in the root file system, and closes what it came with', () => {
    const calls = callsOf();
    const clone = calls.findIndex((call) => call.startsWith('clone3'));
    expect(calls.slice(0, clone)).toContain(`fchdir(${descriptors(0).atSpawn + 1})`);
    expect(calls.slice(clone + 1)).toContain(`close_range(${descriptors(0).root}, ~0, 0)`);
  });
});

describe('nobody looks into the executor', () => {
  const dumpable = 'prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)';

  test('from its first call on', () => {
    expect(callsOf()[0]).toBe(dumpable);
  });

  test('but in a new user namespace its mappings are written first', () => {
    expect(callsOf(testInput({ linux: USER }))).not.toContain(dumpable);
  });
});

describe('descriptors', () => {
  test.each([0, 1, 5])(
    'with %d preserved ones every one ends in its place before its source is overwritten',
    (preserved) => {
      const fds = descriptors(preserved);
      const input = testInput({}, { fds });
      const open = new Map<number, string>([
        [3, 'channel'],
        [fds.atSpawn, 'listener'],
        ...Array.from({ length: preserved }, (_, index) => [fds.atSpawn + 3 + index, `preserved ${index}`] as const),
      ]);
      for (const call of callsOf(input)) {
        const [, from, to] = /^dup3\((\d+), (\d+)/.exec(call) ?? [];
        if (from !== undefined) open.set(Number(to), open.get(Number(from)) ?? 'nothing');
      }
      expect(open.get(fds.channel)).toBe('channel');
      expect(open.get(fds.startListener)).toBe('listener');
      for (let index = 0; index < preserved; index++) expect(open.get(3 + index)).toBe(`preserved ${index}`);
    },
  );

  test('all but the preserved ones are close-on-exec', () => {
    const fds = descriptors(2);
    const calls = callsOf(testInput({}, { fds }));
    expect(calls).toContain(`close_range(${fds.channel}, ~0, CLOSE_RANGE_CLOEXEC)`);
  });
});

test("the limit of open files is the caller's, not the engine's", () => {
  const input = testInput({}, { facts: { openFiles: { soft: 77n, hard: 88n } } });
  expect(callsOf(input)).toContain('prlimit64(0, RLIMIT_NOFILE, {rlim_cur=77, rlim_max=88}, 0)');
});

test('a new user namespace has a bounding set of its own, which is not reduced here', () => {
  expect(callsOf().join()).toContain('PR_CAPBSET_DROP');
  expect(callsOf(testInput({ linux: USER })).join()).not.toContain('PR_CAPBSET_DROP');
});
