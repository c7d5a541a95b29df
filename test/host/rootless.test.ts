import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRootfs } from '../support/busybox-rootfs.ts';
import { type Json, NAMESPACES, patched } from '../support/config.ts';
import { type Host, hostTests, type Need, procfs } from '../support/host.ts';
import { executable } from '../support/ocirun.ts';

/** Containers of a user without privileges: uid 4711, who need not exist. */

const UID = 4711;
const AS_USER = ['setpriv', '--reuid', String(UID), '--regid', String(UID), '--clear-groups', '--inh-caps=-all'];

/** Whether this host lets users make user namespaces. */
// Asked by becoming another user, which only root can: for others `needs root` says enough.
const isRoot = process.geteuid?.() === 0;
const allowed = !isRoot || Bun.spawnSync([...AS_USER, 'unshare', '--user', '--map-root-user', 'true']).exitCode === 0;
const isReachable = !isRoot || Bun.spawnSync([...AS_USER, 'test', '-x', executable]).exitCode === 0;
const NEEDS: readonly Need[] = [
  [allowed, 'this host does not allow unprivileged user namespaces'],
  [isReachable, 'the executable lies where users cannot reach it'],
];

/** A bundle with the config that `ocirun spec --rootless` writes for the user, without a terminal, and his state root. */
function rootless(h: Host, args: readonly string[], change: Json = {}): { bundle: string; ocirun: Host['ocirun'] } {
  const bundle = h.path(`rootless-${h.id()}`);
  makeRootfs(join(bundle, 'rootfs'));
  Bun.spawnSync(['chown', '-R', `${UID}:${UID}`, bundle]);
  const root = join(bundle, 'state');
  const ocirun: Host['ocirun'] = (command, options) =>
    h.ocirun(['--root', root, ...command], { through: AS_USER, ...options });
  expect(ocirun(['spec', '--rootless', '--bundle', bundle])).toEqual({ status: 0, stdout: '', stderr: '' });
  const file = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify(patched(config, patched({ process: { terminal: false, args } }, change))));
  return { bundle, ocirun };
}

hostTests(
  'a container without privileges',
  (host) => {
    test('runs from the config that spec --rootless writes', () => {
      const h = host();
      const { bundle, ocirun } = rootless(h, [
        'sh',
        '-c',
        'id -u; cat /proc/self/uid_map; hostname; echo x > /dev/null; echo done',
      ]);
      const { status, stdout, stderr } = ocirun(['run', '--bundle', bundle, h.id()]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.split(/\s+/)).toEqual(['0', '0', String(UID), '1', 'ocirun', 'done', '']);
    });

    test('has the whole life of one with', async () => {
      const h = host();
      const { bundle, ocirun } = rootless(h, ['sleep', '1000']);
      const id = h.id();
      const pidFile = join(bundle, 'pid');
      expect(ocirun(['create', '--bundle', bundle, '--pid-file', pidFile, id])).toMatchObject({
        status: 0,
        stderr: '',
      });
      const pid = readFileSync(pidFile, 'utf8');
      expect(procfs(`${pid}/status`)).toContain(`Uid:\t${UID}\t${UID}\t${UID}\t${UID}\n`);
      expect(statSync(join(bundle, 'state', id)).uid).toBe(UID);
      expect(ocirun(['start', id])).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(ocirun(['state', id]).stdout)).toMatchObject({ status: 'running', pid: Number(pid) });
      expect(JSON.parse(ocirun(['list', '-f', 'json']).stdout)).toMatchObject([{ id, owner: `#${UID}` }]);
      expect(ocirun(['kill', id, 'KILL'])).toMatchObject({ status: 0, stderr: '' });
      expect(ocirun(['delete', '-f', id])).toMatchObject({ status: 0, stderr: '' });
      expect(existsSync(join(bundle, 'state', id))).toBe(false);
    });

    test('cannot be touched by another user', () => {
      const h = host();
      const { bundle, ocirun } = rootless(h, ['sleep', '1000']);
      const id = h.id();
      expect(ocirun(['create', '--bundle', bundle, id])).toMatchObject({ status: 0 });
      const other = ['setpriv', '--reuid', '4712', '--regid', '4712', '--clear-groups'];
      for (const command of [['state'], ['kill'], ['delete', '-f']]) {
        expect(ocirun([...command, id], { through: other })).toMatchObject({ status: 1 });
      }
      expect(ocirun(['delete', '-f', id])).toMatchObject({ status: 0 });
    });

    test('with a network of its own has loopback', () => {
      const h = host();
      const namespaces = [...NAMESPACES, { type: 'user' }];
      const { bundle, ocirun } = rootless(h, ['ip', 'addr', 'show', 'lo'], { linux: { namespaces } });
      const { status, stdout } = ocirun(['run', '--bundle', bundle, h.id()]);
      expect(status).toBe(0);
      expect(stdout).toContain('LOOPBACK,UP');
    });

    test('runs its hooks on the host', () => {
      const h = host();
      const log = (text: string) => [{ path: '/bin/sh', args: ['sh', '-c', text], env: ['PATH=/bin:/usr/bin'] }];
      const { bundle, ocirun } = rootless(h, ['true']);
      const file = join(bundle, 'log');
      const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
      const hooks = Object.fromEntries(
        ['prestart', 'createRuntime', 'poststart', 'poststop'].map((kind) => [
          kind,
          log(`echo ${kind} $(id -u) >> ${file}`),
        ]),
      );
      writeFileSync(join(bundle, 'config.json'), JSON.stringify({ ...config, hooks }));
      expect(ocirun(['run', '--bundle', bundle, h.id()])).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual([
        `prestart ${UID}`,
        `createRuntime ${UID}`,
        `poststart ${UID}`,
        `poststop ${UID}`,
      ]);
    });

    test('runs its hooks in the container', () => {
      const h = host();
      const { bundle, ocirun } = rootless(h, ['sleep', '60']);
      const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
      const hook = (path: string, text: string) => [{ path, args: ['sh', '-c', text], env: ['PATH=/bin:/usr/bin'] }];
      const look = 'readlink /proc/self/ns/uts; id -u';
      const hooks = {
        createContainer: hook('/bin/sh', `(${look}) > ${bundle}/create`),
        startContainer: hook('/bin/sh', `(${look}) > /dev/shm/start`),
      };
      writeFileSync(join(bundle, 'config.json'), JSON.stringify({ ...config, hooks }));
      const id = h.id();
      expect(ocirun(['create', '--bundle', bundle, id])).toMatchObject({ status: 0, stderr: '' });
      expect(ocirun(['start', id])).toMatchObject({ status: 0, stderr: '' });
      const { pid } = JSON.parse(ocirun(['state', id]).stdout);
      const inside = `${readlinkSync(`/proc/${pid}/ns/uts`)}\n0\n`;
      expect(readFileSync(join(bundle, 'create'), 'utf8')).toBe(inside);
      expect(readFileSync(`/proc/${pid}/root/dev/shm/start`, 'utf8')).toBe(inside);
      expect(ocirun(['delete', '--force', id])).toMatchObject({ status: 0, stderr: '' });
    });

    test.each<[string, Json, string]>([
      ['additional groups', { process: { user: { additionalGids: [5] } } }, 'process.user.additionalGids'],
      [
        'somebody else as the user',
        { linux: { uidMappings: [{ containerID: 0, hostID: 0, size: 1 }] } },
        'linux.uidMappings',
      ],
      [
        'a range that is not his',
        { linux: { uidMappings: [{ containerID: 0, hostID: 1, size: 1000 }] } },
        'linux.uidMappings',
      ],
      ['a cgroup of the host', { linux: { cgroupsPath: '/ocirun-test-of-a-user' } }, 'linux.cgroupsPath'],
      [
        'no user namespace',
        { linux: { namespaces: NAMESPACES, uidMappings: undefined, gidMappings: undefined } },
        'operation not permitted',
      ],
    ])('is refused with %s', (_, change, text) => {
      const h = host();
      const { bundle, ocirun } = rootless(h, ['true'], change);
      const { status, stderr } = ocirun(['run', '--bundle', bundle, h.id()]);
      expect(status).toBe(1);
      expect(stderr).toContain(text);
    });

    test('whose state root is the default one lies in XDG_RUNTIME_DIR', () => {
      const h = host();
      const { bundle } = rootless(h, ['true']);
      const runtimeDir = join(bundle, 'xdg');
      mkdirSync(runtimeDir, { mode: 0o700 });
      Bun.spawnSync(['chown', `${UID}:${UID}`, runtimeDir]);
      const env = { XDG_RUNTIME_DIR: runtimeDir };
      const stdio = ['ignore', 'ignore', 'ignore'] as const;
      const plainly = (...args: string[]) =>
        Bun.spawnSync([...AS_USER, executable, ...args], { env, cwd: '/', stdio: [...stdio] });
      const id = h.id();
      expect(plainly('create', '--bundle', bundle, id).exitCode).toBe(0);
      expect(statSync(join(runtimeDir, 'ocirun')).mode & 0o7777).toBe(0o1700);
      expect(plainly('delete', id).exitCode).toBe(0);
    });
  },
  NEEDS,
);

/** A mount namespace of its own, in which the user has subordinate ids: the files of the host stay as they are. */
const WITH_SUBORDINATE_IDS = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  `set -e; mount -t tmpfs none /mnt
   cp /etc/passwd /etc/group /mnt/
   echo 'ocirun-user:x:${UID}:${UID}::/:/bin/sh' >> /mnt/passwd
   echo 'ocirun-user:x:${UID}:' >> /mnt/group
   echo '${UID}:300000:65536' > /mnt/subuid
   echo '${UID}:400000:65536' > /mnt/subgid
   for f in passwd group subuid subgid; do [ -e /etc/$f ] || exit 99; mount --bind /mnt/$f /etc/$f; done
   exec ${AS_USER.join(' ')} "$0" "$@"`,
];
const hasSubordinateIds = ['/etc/subuid', '/etc/subgid'].every((file) => existsSync(file));

hostTests(
  'a container without privileges and with subordinate ids',
  (host) => {
    const linux = {
      uidMappings: [
        { containerID: 0, hostID: UID, size: 1 },
        { containerID: 1, hostID: 300_000, size: 65_536 },
      ],
      gidMappings: [
        { containerID: 0, hostID: UID, size: 1 },
        { containerID: 1, hostID: 400_000, size: 65_536 },
      ],
    };

    test('maps them by newuidmap and newgidmap', () => {
      const h = host();
      const { bundle, ocirun } = rootless(h, ['sh', '-c', 'id -u; id -G; cat /proc/self/uid_map /proc/self/gid_map'], {
        linux,
        process: { user: { uid: 1000, gid: 1000, additionalGids: [1001] } },
      });
      const { status, stdout, stderr } = ocirun(['run', '--bundle', bundle, h.id()], { through: WITH_SUBORDINATE_IDS });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.trim().split(/\s+/).map(Number)).toEqual([
        1000,
        1000,
        1001,
        0,
        UID,
        1,
        1,
        300_000,
        65_536,
        0,
        UID,
        1,
        1,
        400_000,
        65_536,
      ]);
    });

    test('is refused with ids that are not his, in the words of newuidmap', () => {
      const h = host();
      const uidMappings = [
        { containerID: 0, hostID: UID, size: 1 },
        { containerID: 1, hostID: 200_000, size: 10 },
      ];
      const { bundle, ocirun } = rootless(h, ['true'], { linux: { ...linux, uidMappings } });
      const { status, stderr } = ocirun(['run', '--bundle', bundle, h.id()], { through: WITH_SUBORDINATE_IDS });
      expect(status).toBe(1);
      expect(stderr).toContain('linux.uidMappings: newuidmap refused');
      expect(stderr).toContain('/etc/subuid');
    });
  },
  [
    ...NEEDS,
    [Bun.which('newuidmap') && Bun.which('newgidmap'), 'uidmap is not installed'],
    [hasSubordinateIds, '/etc/subuid and /etc/subgid are not there'],
  ],
);
