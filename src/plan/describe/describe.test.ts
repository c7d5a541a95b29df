import { describe, expect, test } from 'bun:test';
import {
  bytes,
  type Call,
  cstring,
  cstrings,
  load,
  resultOf,
  slot,
  struct,
} from '../../../native-bindings/executor/call.ts';
import { AT_FDCWD } from '../../../native-bindings/kernel/open.ts';
import { clone_args, rlimit64 } from '../../../native-bindings/struct/structs.ts';
import { StepList } from '../builder.ts';
import type { Phase } from '../container-plan.ts';
import { callSubject, callText } from './call-text.ts';
import { CLONE_FLAGS, MOUNT_ATTR_FLAGS, showEnum, showFlags } from './flag-names.ts';
import { planJson, planText } from './plan-text.ts';

const text = (call: Call) => callText(call, () => 7);

describe('flags', () => {
  const TABLE = () =>
    [
      ['A', 1],
      ['B', 6],
      ['C', 8],
    ] as const;

  test('are shown by name, what has none in hexadecimal', () => {
    expect(showFlags(0, TABLE)).toBe('0');
    expect(showFlags(1 | 6, TABLE)).toBe('A|B');
    expect(showFlags(2, TABLE)).toBe('0x2');
    expect(showFlags(8 | 0x40, TABLE)).toBe('C|0x40');
    expect(showFlags((2n ** 40n) | 1n, TABLE)).toBe('A|0x10000000000');
  });

  test('of one value out of many are shown by name or number', () => {
    expect(showEnum(6, TABLE)).toBe('B');
    expect(showEnum(7n, TABLE)).toBe('7');
  });

  test('the high bit of 32 has a name like the others', () => {
    const names = CLONE_FLAGS().map(([name]) => name);
    for (const type of ['PID', 'NET', 'NS', 'IPC', 'UTS', 'USER', 'CGROUP'])
      expect(names).toContain(`CLONE_NEW${type}`);
    expect(MOUNT_ATTR_FLAGS().map(([name]) => name)).toContain('MOUNT_ATTR_NOSYMFOLLOW');
  });
});

describe('a call', () => {
  const open: Call = { name: 'openat', args: [AT_FDCWD, cstring('/a"b'), 0, 0] };

  test.each<[string, Call]>([
    ['openat(AT_FDCWD, "/a\\"b", 0, 00)', open],
    ['fchdir(#7)', { name: 'fchdir', args: [resultOf(open)] }],
    ['execve("/x", ["x", "a b"], [])', { name: 'execve', args: [cstring('/x'), cstrings(['x', 'a b']), cstrings([])] }],
    ['mknodat(3, "null", 020666, makedev(1, 3))', { name: 'mknodat', args: [3, cstring('null'), 0o20666, 259] }],
    ['umask(022)', { name: 'umask', args: [0o22] }],
    ['write(3, <2 bytes>, 2)', { name: 'write', args: [3, bytes(new Uint8Array(2)), 2] }],
    ['check(*(slot+4), 0xf000, 0x4000)', { name: 'check', args: [load(slot(8), 4, 4), 0xf000, 0x4000] }],
    [
      'prlimit64(0, RLIMIT_NOFILE, {rlim_cur=1, rlim_max=RLIM_INFINITY}, 0)',
      { name: 'prlimit64', args: [0, 7, struct(rlimit64, { rlim_cur: 1, rlim_max: 2n ** 64n - 1n }), 0] },
    ],
    [
      'clone3({flags=CLONE_NEWNS|CLONE_NEWPID}, 88)',
      { name: 'clone3', args: [struct(clone_args, { flags: 0x2002_0000n }), 88] },
    ],
    ['close_range(4, ~0, 0)', { name: 'close_range', args: [4, 0xffff_ffff, 0] }],
    ['prctl(PR_CAPBSET_DROP, CAP_CHOWN, 0, 0, 0)', { name: 'prctl', args: [24, 0, 0, 0, 0] }],
  ])('%s', (expected, call) => {
    expect(text(call)).toBe(expected);
  });
});

describe('the subject of an error', () => {
  test.each<[string, Call]>([
    ['fsconfig size=12q', { name: 'fsconfig', args: [3, 1, cstring('size'), cstring('12q'), 0] }],
    ['fsconfig newinstance', { name: 'fsconfig', args: [3, 0, cstring('newinstance'), 0, 0] }],
    ['fsconfig', { name: 'fsconfig', args: [3, 6, 0, 0, 0] }],
    ['openat2 "/proc"', { name: 'openat2', args: [3, cstring('/proc'), 0, 24] }],
    ['fsmount', { name: 'fsmount', args: [3, 1, 0] }],
    ['verification', { name: 'check', args: [0, 1, 1] }],
    ['move_mount', { name: 'move_mount', args: [3, cstring(''), 4, cstring(''), 0] }],
  ])('%s', (expected, call) => {
    expect(callSubject(call)).toBe(expected);
  });
});

describe('a printed plan', () => {
  const steps = new StepList();
  steps.about('mounts[0]', 'mount proc', () => {
    const fd = steps.call('openat', [3, 0, 0, 0]);
    steps.call('fchdir', [fd], ['ENOENT', 'EACCES']);
  });
  steps.about('', 'sit down', () => steps.callOrSkip('setsid', [], 'any', () => steps.call('umask', [0])));
  const phases: Phase[] = [
    { name: 'first', by: 'init', steps: steps.steps, actions: [] },
    { name: 'second', by: 'ocirun', steps: [], actions: ['save state.json'] },
  ];

  test('groups calls by what they are for', () => {
    expect(planText(phases)).toBe(
      [
        'first (init)',
        '  mounts[0]: mount proc',
        '    0  openat(3, 0, 0, 00)',
        '    1  fchdir(#0)   [ENOENT, EACCES: go on]',
        '  sit down',
        '    2  setsid()   [any error: skip 1]',
        '    3  umask(00)',
        '',
        'second (ocirun)',
        '  save state.json',
        '',
      ].join('\n'),
    );
  });

  test('is plain data for programs', () => {
    const json = JSON.parse(JSON.stringify(planJson(phases)));
    expect(json[0].calls[1]).toEqual({
      index: 1,
      call: 'fchdir',
      text: 'fchdir(#0)',
      configPath: 'mounts[0]',
      purpose: 'mount proc',
      goOnAfter: ['ENOENT', 'EACCES'],
    });
    expect(json[0].calls[2]).toMatchObject({ goOnAfter: 'any', skipAfterFailure: 1 });
    expect(json[1]).toEqual({ phase: 'second', by: 'ocirun', actions: ['save state.json'], calls: [] });
  });
});
