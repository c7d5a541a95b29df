import { describe, expect, test } from 'bun:test';
import { StepList } from '../builder.ts';
import { type TestInput, testInput } from '../testing/plan-input.ts';
import { madeCalls, runPlan, textOf } from '../testing/plan-run.ts';
import { bindSource, planMounts, planReadOnlyMounts } from './mounts.ts';
import { parseMountOptions } from './options.ts';

interface TestMount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
}

const withMounts = (mounts: readonly TestMount[], others: Parameters<typeof testInput>[1] = {}) =>
  testInput({ mounts }, others);

function stepsOf(input: TestInput, plan: (steps: StepList, input: TestInput) => unknown = planMounts) {
  const steps = new StepList();
  plan(steps, input);
  return steps.steps;
}
const callsOf = (...mounts: TestMount[]) => madeCalls(stepsOf(withMounts(mounts)));
const tmpfs = (destination: string, ...options: string[]) => ({ destination, type: 'tmpfs', source: 'tmpfs', options });
const bind = (destination: string, ...options: string[]) => ({
  destination,
  source: '/src',
  options: ['bind', ...options],
});

describe('a file system', () => {
  test('is opened, configured, made and attached to the descriptor of its mount point', () => {
    expect(callsOf(tmpfs('/run', 'nosuid', 'noexec', 'mode=755', 'size=64k'))).toEqual([
      'fsopen("tmpfs", FSOPEN_CLOEXEC)',
      'fsconfig(#, FSCONFIG_SET_STRING, "source", "tmpfs", 0)',
      'fsconfig(#, FSCONFIG_SET_STRING, "mode", "755", 0)',
      'fsconfig(#, FSCONFIG_SET_STRING, "size", "64k", 0)',
      'fsconfig(#, FSCONFIG_CMD_CREATE, 0, 0, 0)',
      'fsmount(#, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOEXEC|MOUNT_ATTR_NOSUID)',
      expect.stringContaining('openat2(5, "/run", '),
      'move_mount(#, "", #, "", MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH)',
    ]);
  });

  test('gets flags without a value, also ones with an empty value', () => {
    const calls = callsOf({ destination: '/a', type: 'ext4', options: ['newinstance', 'x=', 'y=a=b'] });
    expect(calls).toContain('fsconfig(#, FSCONFIG_SET_FLAG, "newinstance", 0, 0)');
    expect(calls).toContain('fsconfig(#, FSCONFIG_SET_STRING, "x", "", 0)');
    expect(calls).toContain('fsconfig(#, FSCONFIG_SET_STRING, "y", "a=b", 0)');
  });

  test('of a disk is read-only in its superblock too, a virtual one only in its mount', () => {
    const ro = 'fsconfig(#, FSCONFIG_SET_FLAG, "ro", 0, 0)';
    expect(callsOf({ destination: '/a', type: 'ext4', source: '/dev/x', options: ['ro'] })).toContain(ro);
    const sysfs = callsOf({ destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['ro'] });
    expect(sysfs).not.toContain(ro);
    expect(sysfs.find((call) => call.startsWith('fsmount'))).toContain('MOUNT_ATTR_RDONLY');
  });

  test.each(['proc', 'sysfs'])('%s goes onto a real directory only', (type) => {
    const opening = callsOf({ destination: '/x', type, source: type }).find((call) => call.startsWith('openat2'));
    expect(opening).toContain('O_DIRECTORY');
    expect(opening).toContain('O_NOFOLLOW');
    expect(callsOf(tmpfs('/x')).find((call) => call.startsWith('openat2'))).not.toContain('O_NOFOLLOW');
  });
});

describe('a bind mount', () => {
  test('is a copy of the mount, with its attributes before it is attached', () => {
    expect(callsOf(bind('/x', 'ro', 'nosuid'))).toEqual([
      'open_tree(AT_FDCWD, "/src", OPEN_TREE_CLOEXEC|OPEN_TREE_CLONE)',
      expect.stringMatching(/^mount_setattr\(#, "", AT_EMPTY_PATH, \{attr_set=MOUNT_ATTR_NOSUID\|MOUNT_ATTR_RDONLY/),
      expect.stringContaining('openat2(5, "/x"'),
      expect.stringContaining('move_mount(#'),
    ]);
  });

  test('with rbind takes what is mounted below along', () => {
    const [call] = callsOf({ destination: '/x', source: '/src', options: ['rbind'] });
    expect(call).toContain('AT_RECURSIVE');
  });

  test('from a relative source starts at the bundle', () => {
    expect(callsOf({ destination: '/x', source: 'data', options: ['bind'] })[0]).toContain('"/bundle/data"');
  });

  test('of a file goes onto a file, of a directory onto a directory', () => {
    const missing = ({ name }: { name: string }) => {
      if (name === 'openat2' && !opened) {
        opened = true;
        return 'ENOENT' as const;
      }
      return undefined;
    };
    let opened = false;
    const onFile = withMounts([bind('/x')], { facts: { fileSources: new Set(['/src']) } });
    expect(madeCalls(stepsOf(onFile), missing).join()).toContain('mknodat(5, "x", 0100644');
    opened = false;
    expect(madeCalls(stepsOf(withMounts([bind('/x')])), missing).join()).toContain('mkdirat(5, "x", 0755)');
  });

  test('has its recursive attributes and its propagation set after it is attached', () => {
    const calls = callsOf(bind('/x', 'rro', 'rslave'));
    const attached = calls.findIndex((call) => call.startsWith('move_mount'));
    expect(calls.slice(attached + 1)).toEqual([
      expect.stringMatching(/AT_RECURSIVE.*attr_set=MOUNT_ATTR_RDONLY/),
      expect.stringMatching(/AT_RECURSIVE.*propagation=MS_SLAVE/),
    ]);
  });
});

describe('order', () => {
  test('is that of config.json, with its place in each step', () => {
    const steps = stepsOf(withMounts([tmpfs('/b'), bind('/a'), tmpfs('/c')]));
    expect([...new Set(steps.map(({ configPath }) => configPath))]).toEqual(['mounts[0]', 'mounts[1]', 'mounts[2]']);
  });

  test('names right below a new tmpfs are made in it, without resolving a path', () => {
    const calls = callsOf(tmpfs('/dev'), { destination: '/dev/pts', type: 'devpts', source: 'devpts' });
    expect(calls).toContain('mkdirat(#, "pts", 0755)');
    expect(calls).toContain('move_mount(#, "", #, "pts", MOVE_MOUNT_F_EMPTY_PATH)');
    expect(calls.filter((call) => call.startsWith('openat2'))).toHaveLength(1);
  });

  test.each<[string, TestMount[]]>([
    ['deeper ones', [tmpfs('/a'), tmpfs('/a/b/c')]],
    ['ones below a bind mount', [bind('/a'), tmpfs('/a/b')]],
    ['ones below a tmpfs that was covered', [tmpfs('/a'), bind('/a'), tmpfs('/a/b')]],
    ['ones below a tmpfs whose parent was covered', [tmpfs('/a/b'), bind('/a'), tmpfs('/a/b/c')]],
  ])('%s are resolved', (_, mounts) => {
    const last = mounts.at(-1)?.destination;
    expect(callsOf(...mounts).filter((call) => call.startsWith(`openat2(5, "${last}"`))).toHaveLength(1);
  });

  test('a second mount on the same place covers the first', () => {
    const calls = callsOf(tmpfs('/a'), tmpfs('/a'));
    expect(calls.filter((call) => call.startsWith('openat2(5, "/a"'))).toHaveLength(2);
  });
});

describe('many mounts', () => {
  test('use few descriptors at once, and none that was closed', () => {
    const mounts = Array.from({ length: 500 }, (_, index) => (index % 2 ? tmpfs('/t') : tmpfs(`/t/${index}`)));
    const { made, failed } = runPlan(stepsOf(withMounts(mounts)));
    expect(failed).toBeUndefined();
    let open = 0;
    let most = 0;
    for (const { call } of made) {
      if (call.name === 'close_range') open = 0;
      else if (['fsopen', 'fsmount', 'openat2', 'open_tree'].includes(call.name)) open += 1;
      most = Math.max(most, open);
    }
    expect(most).toBeLessThan(200);
  });

  test('a descriptor of one part is not used after the parts were closed', () => {
    const mounts = Array.from({ length: 40 }, (_, index) => (index === 0 ? tmpfs('/t') : tmpfs(`/t/${index}`)));
    const closed = new Set<object>();
    let open: object[] = [];
    for (const { call } of runPlan(stepsOf(withMounts(mounts))).made) {
      for (const argument of call.args) {
        if (typeof argument === 'object' && argument.kind === 'result') expect(closed.has(argument.of)).toBe(false);
      }
      open.push(call);
      if (call.name === 'close_range') {
        for (const earlier of open) closed.add(earlier);
        open = [];
      }
    }
    expect(closed.size).toBeGreaterThan(0);
  });
});

describe('read-only mounts that others are made in', () => {
  const readOnlyAtEnd = (mount: TestMount) => {
    const input = withMounts([mount]);
    const first = madeCalls(stepsOf(input));
    const later = madeCalls(stepsOf(input, planReadOnlyMounts));
    return {
      isFirst: first.join().includes('MOUNT_ATTR_RDONLY'),
      isLater: later.join().includes('attr_set=MOUNT_ATTR_RDONLY'),
    };
  };

  test.each([
    ['a tmpfs', tmpfs('/a', 'ro'), true],
    ['a bound /dev', bind('/dev', 'ro'), true],
    ['another bind', bind('/a', 'ro'), false],
    ['a sysfs', { destination: '/sys', type: 'sysfs', options: ['ro'] }, false],
  ])('%s', (_, mount, isLater) => {
    expect(readOnlyAtEnd(mount)).toEqual({ isFirst: !isLater, isLater });
  });

  test('a writable one stays as it is', () => {
    expect(stepsOf(withMounts([tmpfs('/a')]), planReadOnlyMounts)).toEqual([]);
  });
});

describe('cgroup mounts', () => {
  const mount = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [] };

  test('are cgroup2', () => {
    const [call] = callsOf(mount);
    expect(call).toBe('fsopen("cgroup2", FSOPEN_CLOEXEC)');
  });

  test("bind the host's without a cgroup namespace", () => {
    const input = testInput({ mounts: [mount], linux: { namespaces: [{ type: 'mount' }, { type: 'uts' }] } });
    expect(textOf(stepsOf(input)[0]?.call ?? { name: 'check', args: [] })).toBe('/sys/fs/cgroup');
    expect(bindSource(mount, parseMountOptions([]), input)).toBe('/sys/fs/cgroup');
  });
});
