import { describe, expect, test } from 'bun:test';
import { type HostView, obstacles, remarks } from './obstacles.ts';

/** A host where everything works, but for what is said. */
function host(changes: Partial<Record<string, string>>, uid = 1000, missing: readonly string[] = []): HostView {
  const files: Partial<Record<string, string>> = {
    '/proc/sys/kernel/unprivileged_userns_clone': '1',
    '/proc/sys/user/max_user_namespaces': '15000',
    '/proc/self/status': 'Name:\tbun\nCapEff:\t000001ffffffffff\n',
    '/proc/self/ns/user': '',
    '/sys/fs/cgroup/cgroup.procs': '',
    '/usr/bin/newuidmap': '',
    ...changes,
  };
  for (const path of missing) delete files[path];
  return { uid, read: (path) => files[path], exists: (path) => files[path] !== undefined };
}

const mends = (view: HostView) => obstacles(view).map(({ mend }) => mend);

describe('obstacles', () => {
  test('a host that allows everything has none', () => {
    expect(obstacles(host({}))).toEqual([]);
    expect(obstacles(host({}, 0))).toEqual([]);
  });

  test.each([
    ['/proc/sys/kernel/unprivileged_userns_clone', '0', 'sudo sysctl -w kernel.unprivileged_userns_clone=1'],
    ['/proc/sys/user/max_user_namespaces', '0', 'sudo sysctl -w user.max_user_namespaces=15000'],
    [
      '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
      '1',
      'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    ],
  ])('%s of %s stops users and not root', (path, value, mend) => {
    expect(mends(host({ [path]: value }))).toEqual([mend]);
    expect(mends(host({ [path]: value }, 0))).toEqual([]);
  });

  test('several are all named', () => {
    const both = {
      '/proc/sys/kernel/unprivileged_userns_clone': '0',
      '/proc/sys/user/max_user_namespaces': '0',
    };
    expect(obstacles(host(both))).toHaveLength(2);
  });

  test('a root without CAP_SYS_ADMIN', () => {
    const status = { '/proc/self/status': 'CapEff:\t00000000a80425fb\n' };
    expect(mends(host(status, 0))).toEqual(['run the demo as the root of the host']);
    expect(mends(host({ ...status, '/.dockerenv': '' }, 0))).toEqual(['docker run --privileged ... (or podman)']);
  });

  test('a host without cgroup2 stops root, whose containers have device rules', () => {
    expect(mends(host({}, 0, ['/sys/fs/cgroup/cgroup.procs']))).toEqual([expect.stringContaining('mount -t cgroup2')]);
    expect(mends(host({ '/sys/fs/cgroup/unified/cgroup.procs': '' }, 0, ['/sys/fs/cgroup/cgroup.procs']))).toEqual([]);
  });

  test('inside a container, when nothing else is to be seen', () => {
    expect(mends(host({ '/run/.containerenv': '' }))).toEqual(['docker run --privileged ... (or podman)']);
  });
});

test('newuidmap is missed by users only', () => {
  expect(remarks(host({}))).toEqual([]);
  expect(remarks(host({}, 0, ['/usr/bin/newuidmap']))).toEqual([]);
  expect(remarks(host({}, 1000, ['/usr/bin/newuidmap']))).toHaveLength(1);
});
