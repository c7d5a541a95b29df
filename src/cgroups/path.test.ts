import { describe, expect, test } from 'bun:test';
import { cgroupPath, cleanPath, unifiedCgroup } from './path.ts';

const own = () => '/user.slice/session-1.scope';

describe('cgroupPath', () => {
  test.each([
    ['/docker/3f2a', '/docker/3f2a'],
    ['/docker//./3f2a/', '/docker/3f2a'],
    ['/../../docker', '/docker'],
    ['/a/../../../b', '/b'],
    ['machine/c1', '/user.slice/machine/c1'],
    ['../c1', '/user.slice/c1'],
    ['../../../../c1', '/user.slice/c1'],
    ['a/../../../c1', '/user.slice/c1'],
    ['system.slice:docker:3f2a', '/user.slice/system.slice:docker:3f2a'],
    ['...', '/user.slice/...'],
  ])('%p is %p', (cgroupsPath, path) => {
    expect(cgroupPath(cgroupsPath, 'c1', own)).toBe(path);
  });

  test.each([undefined, null, ''])('%p is the id beside the own cgroup', (unset) => {
    expect(cgroupPath(unset, 'c1', own)).toBe('/user.slice/c1');
    expect(cgroupPath(unset, 'c1', () => '/')).toBe('/c1');
    expect(cgroupPath(unset, 'c1', () => '/a')).toBe('/c1');
    expect(cgroupPath(unset, 'c1', () => '/a/b (deleted)')).toBe('/a/c1');
    // An own cgroup outside of the cgroup namespace's root: cgroup_namespaces(7).
    expect(cgroupPath(unset, 'c1', () => '/../other/b')).toBe('/other/c1');
  });

  test('an absolute path needs no own cgroup', () => {
    const fail = () => {
      throw new Error('asked for');
    };
    expect(cgroupPath('/x', 'c1', fail)).toBe('/x');
    expect(() => cgroupPath('x', 'c1', fail)).toThrow('asked for');
  });

  test.each(['/', '//', '/..', '/a/..', '.', '..', 'a/..'])('%p is refused: it is the root cgroup', (path) => {
    expect(() => cgroupPath(path, 'c1', () => '/')).toThrow(/^linux\.cgroupsPath: ".*" is the root cgroup/);
  });

  test('a NUL byte is refused', () => {
    expect(() => cgroupPath('/a\0b', 'c1', own)).toThrow('linux.cgroupsPath: holds a NUL byte');
  });
});

test('cleanPath never leaves the root', () => {
  expect(cleanPath('')).toBe('/');
  expect(cleanPath('a/b/../c')).toBe('/a/c');
  expect(cleanPath('/..//../a/.')).toBe('/a');
});

test('unifiedCgroup takes the line of cgroup2', () => {
  expect(unifiedCgroup('0::/user.slice\n')).toBe('/user.slice');
  expect(unifiedCgroup('9:name=systemd:/a\n4:memory:/b\n0::/c:d\n')).toBe('/c:d');
  expect(unifiedCgroup('4:memory:/b\n10:pids:/x\n')).toBeUndefined();
});
