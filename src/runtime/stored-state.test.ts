import { describe, expect, test } from 'bun:test';
import { parseStoredState, type StoredState, stateText } from './stored-state.ts';

const STATE: StoredState = {
  format: 1,
  id: 'box',
  ociVersion: '1.3.0',
  pid: 4711,
  startTime: '123456789',
  bundle: '/bundle',
  rootfs: '/bundle/rootfs',
  created: '2026-01-02T03:04:05.678Z',
  annotations: { 'org.example': 'x' },
  ownPidNamespace: true,
  cgroup: { root: '/sys/fs/cgroup', path: '/box', inode: '42', created: [{ path: '/box', inode: '42' }] },
  namespaces: 0x2002_0000,
  hooks: { startContainer: [], poststart: [{ path: '/hook', args: ['hook'] }], poststop: [] },
  process: { cwd: '/', args: ['sh'], rlimits: [{ type: 'RLIMIT_AS', soft: 2n ** 64n - 1n, hard: 2n ** 53n + 1n }] },
  canSetGroups: true,
};

/** The state as a file would have it, with a change that no honest runtime makes. */
function damaged(change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(stateText(STATE)), ...change });
}

test('what was saved is read again, with integers of 64 bits', () => {
  expect(parseStoredState(stateText(STATE), 'box')).toEqual(STATE);
  expect(parseStoredState(stateText({ ...STATE, cgroup: null }), 'box').cgroup).toBeNull();
});

test('an annotation that looks like one of our integers stays what it is', () => {
  const annotations = { $bigint: '5' };
  expect(parseStoredState(stateText({ ...STATE, annotations }), 'box').annotations).toEqual(annotations);
});

describe('a damaged field', () => {
  test.each(Object.keys(STATE))('%s that is missing is named', (field) => {
    const { [field]: _, ...rest } = JSON.parse(stateText(STATE));
    expect(() => parseStoredState(JSON.stringify(rest), 'box')).toThrow(`"${field}" is missing or wrong`);
  });

  test.each<[string, unknown]>([
    ['format', 2],
    ['format', '1'],
    ['pid', 0],
    ['pid', -1],
    ['pid', 1.5],
    ['pid', '4711'],
    ['pid', 2 ** 60],
    ['startTime', 123],
    ['startTime', ''],
    ['startTime', '12x'],
    ['annotations', []],
    ['annotations', { a: 1 }],
    ['annotations', null],
    ['ownPidNamespace', 1],
    ['cgroup', {}],
    ['cgroup', '/box'],
    ['cgroup', { ...STATE.cgroup, inode: 42 }],
    ['cgroup', { ...STATE.cgroup, created: [{ path: '/box' }] }],
    ['cgroup', { ...STATE.cgroup, created: {} }],
    ['namespaces', -1],
    ['hooks', {}],
    ['hooks', { ...STATE.hooks, poststop: {} }],
    ['hooks', { ...STATE.hooks, poststart: [{ args: ['no path'] }] }],
    ['hooks', { ...STATE.hooks, poststart: [null] }],
    ['process', null],
    ['process', []],
    ['canSetGroups', 'yes'],
  ])('%s as %p is named', (field, value) => {
    expect(() => parseStoredState(damaged({ [field]: value }), 'box')).toThrow(`"${field}" is missing or wrong`);
  });

  test('says how to get rid of what is left', () => {
    expect(() => parseStoredState(damaged({ pid: 0 }), 'box')).toThrow('ocirun delete --force box');
  });
});

describe('a file that is none', () => {
  test.each(['', '{', 'null', '[]', '"x"', '1', stateText(STATE).slice(0, -1), '\0\0\0'])('%p', (text) => {
    expect(() => parseStoredState(text, 'box')).toThrow('the state of container "box" is damaged');
  });

  test('or that belongs to another container', () => {
    expect(() => parseStoredState(stateText(STATE), 'other')).toThrow('belongs to another container');
  });
});
