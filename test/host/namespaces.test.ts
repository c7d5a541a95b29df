import { expect, test } from 'bun:test';
import { chmodSync, chownSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MOUNTS, NAMESPACES } from '../support/config.ts';
import { type Host, hostTests, procfs } from '../support/host.ts';
import { mountAt } from '../support/mount-entry.ts';

const FILES = ['pid', 'net', 'ipc', 'uts', 'mnt', 'cgroup', 'user', 'time'] as const;
const FILE_OF: Readonly<Record<string, string>> = { network: 'net', mount: 'mnt' };

/** The namespaces that the container does not share with the host. */
function ownNamespaces(h: Host, namespaces: readonly { type: string }[], change = {}): string[] {
  const id = h.create(h.bundle({ hostname: undefined, ...change, linux: { namespaces, ...change } }));
  const { pid } = h.state(id);
  const own = FILES.filter((file) => readlinkSync(`/proc/${pid}/ns/${file}`) !== readlinkSync(`/proc/self/ns/${file}`));
  h.succeed(['delete', id]);
  return own.sort();
}

hostTests('namespaces', (host) => {
  test.each([
    ['all of the base config', NAMESPACES.map(({ type }) => type)],
    ['mount alone', ['mount']],
    ['mount and pid', ['mount', 'pid']],
    ['mount and network', ['mount', 'network']],
    ['mount and ipc', ['mount', 'ipc']],
    ['mount and uts', ['mount', 'uts']],
    ['mount and cgroup', ['mount', 'cgroup']],
  ])('are made as listed, and no others: %s', (_, types) => {
    const expected = types.map((type) => FILE_OF[type] ?? type).sort();
    // A new mqueue needs an ipc namespace of its own to be meant, and sysfs a network namespace.
    const namespaces = types.map((type) => ({ type }));
    expect(ownNamespaces(host(), namespaces)).toEqual(expected);
  });

  test('pid: the program is 1 and sees its own processes alone', () => {
    expect(host().output('echo $$; ls /proc | grep -c "^[0-9]"')).toMatch(/^1\n[2-4]$/);
  });

  test('network: loopback is up and there is nothing else', () => {
    const text = host().output(
      'ls /sys/class/net; ip addr show lo; nc -l -p 80 >/dev/null & sleep 0.1; echo hi | nc -w 1 127.0.0.1 80 && echo connected',
      {
        process: { noNewPrivileges: false },
      },
    );
    expect(text).toStartWith('lo\n');
    expect(text).toContain('LOOPBACK,UP');
    expect(text).toContain('inet 127.0.0.1/8');
    expect(text).toContain('inet6 ::1/128');
    expect(text).toEndWith('connected');
  });

  test('uts: hostname and domainname are the configured ones, and the host keeps its own', () => {
    const h = host();
    const before = [hostname(), procfs('sys/kernel/domainname')];
    const text = h.output('hostname; cat /proc/sys/kernel/domainname', {
      hostname: 'a-host',
      domainname: 'a.domain',
    });
    expect(text).toBe('a-host\na.domain');
    expect([hostname(), procfs('sys/kernel/domainname')]).toEqual(before);
  });

  test('cgroup: its root is the cgroup of the container', () => {
    const h = host();
    expect(h.output('grep ^0:: /proc/self/cgroup')).toBe('0::/');
    const namespaces = NAMESPACES.filter(({ type }) => type !== 'cgroup');
    expect(h.output('grep ^0:: /proc/self/cgroup', { linux: { namespaces } })).toContain('ocirun-test-');
  });

  test('mount: what is mounted inside is not seen outside, and the other way round', () => {
    const h = host();
    const capabilities = ['CAP_SYS_ADMIN'];
    const text = h.output('mount -t tmpfs inner /tmp && grep -c inner /proc/self/mountinfo; cat /proc/self/mountinfo', {
      process: { capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities } },
    });
    expect(text).toStartWith('1\n');
    expect(procfs('self/mountinfo')).not.toContain('inner');
    expect(text).not.toContain('/sys/fs/cgroup/unified');
    expect(mountAt(text.slice(2), '/').root).toEndWith('/rootfs');
  });
});

const USER = [...NAMESPACES, { type: 'user' }];
const MAPPING = { containerID: 0, hostID: 100_000, size: 65_536 };
const IN_USER = { linux: { namespaces: USER, uidMappings: [MAPPING], gidMappings: [MAPPING] } };

hostTests('a user namespace', (host) => {
  test('maps ids as configured, and the program has them inside and outside', () => {
    const h = host();
    const mapping = (containerID: number, hostID: number, size: number) => ({ containerID, hostID, size });
    const id = h.create(
      h.bundle({
        process: { user: { uid: 5, gid: 6, additionalGids: [7, 8] } },
        linux: {
          namespaces: USER,
          uidMappings: [mapping(0, 100_000, 5), mapping(5, 200_005, 10)],
          gidMappings: [mapping(0, 300_000, 20)],
        },
      }),
    );
    const { pid } = h.state(id);
    const lines = (file: string) =>
      procfs(`${pid}/${file}`)
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/));
    expect(lines('uid_map')).toEqual([
      ['0', '100000', '5'],
      ['5', '200005', '10'],
    ]);
    expect(lines('gid_map')).toEqual([['0', '300000', '20']]);
    const status = procfs(`${pid}/status`);
    expect(status).toContain('Uid:\t200005\t200005\t200005\t200005\n');
    expect(status).toContain('Gid:\t300006\t300006\t300006\t300006\n');
    expect(status).toContain('Groups:\t300007 300008 \n');
    expect(readlinkSync(`/proc/${pid}/ns/user`)).not.toBe(readlinkSync('/proc/self/ns/user'));
    h.succeed(['delete', id]);
  });

  test('shows root inside', () => {
    const text = host().output('id -u; id -g; cat /proc/self/uid_map', IN_USER);
    expect(text.split(/\s+/)).toEqual(['0', '0', '0', '100000', '65536']);
  });

  test('has working default devices, bound from the host', () => {
    const text = host().output(
      'echo x >/dev/null; head -c 3 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c; stat -c %t:%T /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty; cat /proc/self/mountinfo',
      IN_USER,
    );
    expect(text).toStartWith('3\n3\n1:3\n1:5\n1:7\n1:8\n1:9\n5:0\n');
    for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty']) {
      expect(mountAt(text, `/dev/${name}`).root).toBe(`/${name}`);
    }
  });

  test('gives what its root creates to the mapped user of the host', () => {
    const h = host();
    const bundle = h.script('echo x > /tmp/file', IN_USER);
    chmodSync(join(bundle, 'rootfs/tmp'), 0o777);
    expect(h.run(bundle)).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = Bun.spawnSync(['stat', '-c', '%u:%g', join(bundle, 'rootfs/tmp/file')]);
    expect(stdout.toString()).toBe('100000:100000\n');
  });

  test('creates mount points as its root', () => {
    const h = host();
    const bundle = h.bundle({ ...IN_USER, mounts: [...MOUNTS, { destination: '/new/one', type: 'tmpfs' }] });
    chownSync(join(bundle, 'rootfs'), 100_000, 100_000);
    expect(h.run(bundle)).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = Bun.spawnSync(['stat', '-c', '%u:%g:%a', join(bundle, 'rootfs/new')]);
    expect(stdout.toString()).toBe('100000:100000:755\n');
  });

  test('works in a bundle that its root may not even search', () => {
    const h = host();
    const bundle = h.script('id -u', IN_USER);
    chmodSync(bundle, 0o700);
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: '0\n' });
  });

  test('has the capabilities of the config, inside alone', () => {
    const h = host();
    const text = h.output('grep Cap /proc/self/status', IN_USER);
    expect(text).toContain('CapEff:\t0000000020000420');
    expect(text).toContain('CapBnd:\t0000000020000420');
  });

  test('has its user hidden from a limit on keyrings: 30 containers one after the other work', () => {
    const h = host();
    for (let round = 0; round < 30; round++) expect(h.run(h.bundle(IN_USER)).stderr).toBe('');
  });

  test.each([
    ['two mappings that overlap', [MAPPING, { containerID: 10, hostID: 5, size: 1 }]],
    ['a mapping of nothing', [{ containerID: 0, hostID: 1, size: 0 }]],
    ['ids beyond 32 bits', [{ containerID: 0, hostID: 4_294_967_295, size: 1 }]],
  ])('with %s is refused, naming the mapping', (_, uidMappings) => {
    const h = host();
    const bundle = h.bundle({ linux: { namespaces: USER, uidMappings, gidMappings: [MAPPING] } });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('linux.uidMappings');
  });

  test('with a user that is not mapped is refused, naming the user', () => {
    const h = host();
    const bundle = h.bundle({ ...IN_USER, process: { user: { uid: 70_000, gid: 0 } } });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('process.user');
  });
});
