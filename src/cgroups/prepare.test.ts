import { describe, expect, test } from 'bun:test';
import { parseEvents } from './events.ts';
import { findHierarchy } from './hierarchy.ts';
import { cgroupDemand, prepareCgroup } from './prepare.ts';

describe('a host without cgroup2', () => {
  const hierarchy = findHierarchy('/proc/self');

  test('is recognised, and told in words', () => {
    expect(hierarchy.kind).toBe('none');
    expect(findHierarchy('/proc/no/such').kind).toBe('none');
    expect(hierarchy.kind === 'none' && hierarchy.reason).toContain('no cgroup2 file system is mounted on /proc/self');
  });

  test('runs what needs no cgroup', () => {
    const prepared = prepareCgroup({ id: 'c1', cgroupsPath: undefined, demandedBy: undefined, hierarchy });
    expect(prepared).toEqual({ kind: 'none', reason: expect.stringContaining('cgroup v1 only') });
  });

  test('refuses what needs one, and names it', () => {
    const demandedBy = 'linux.resources.devices';
    expect(() => prepareCgroup({ id: 'c1', cgroupsPath: undefined, demandedBy, hierarchy })).toThrow(
      /^linux\.resources\.devices needs a cgroup: no cgroup2 .*systemd\.unified_cgroup_hierarchy=1/,
    );
  });
});

describe('cgroupDemand', () => {
  const nothing = { cgroupsPath: undefined, hasDeviceRules: false, allowsEverything: false, unprivileged: false };
  test.each([
    [{}, undefined],
    [{ cgroupsPath: '' }, undefined],
    [{ cgroupsPath: '/a' }, 'linux.cgroupsPath'],
    [{ cgroupsPath: '/a', hasDeviceRules: true }, 'linux.cgroupsPath'],
    [{ hasDeviceRules: true }, 'linux.resources.devices'],
    [{ hasDeviceRules: true, allowsEverything: true }, undefined],
    [{ hasDeviceRules: true, unprivileged: true }, undefined],
  ])('%p needs one for %p', (asked, path) => {
    expect(cgroupDemand({ ...nothing, ...asked })).toBe(path);
  });
});

test('parseEvents', () => {
  expect(parseEvents('populated 1\nfrozen 0\n')).toEqual({ populated: true, frozen: false });
  expect(parseEvents('populated 0\nfrozen 1\n')).toEqual({ populated: false, frozen: true });
  expect(parseEvents('populated 10\nunfrozen 1\n')).toEqual({ populated: false, frozen: false });
});
