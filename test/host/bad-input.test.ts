import { expect, test } from 'bun:test';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, MOUNTS, NAMESPACES } from '../support/config.ts';
import { type Host, hostTests } from '../support/host.ts';
import { executable } from '../support/ocirun.ts';

/** Every kind of bad input gets one clear line, status 1, and leaves nothing: `fail` asserts the line and the status. */

const write = (bundle: string, text: string | Uint8Array) => writeFileSync(join(bundle, 'config.json'), text);

hostTests('a config.json that cannot be read', (host) => {
  test.each<[string, (bundle: string) => void, string]>([
    ['is missing', (bundle) => rmSync(join(bundle, 'config.json')), 'JSON specification file config.json not found'],
    [
      'is a directory',
      (bundle) => Bun.spawnSync(['sh', '-c', 'rm $0 && mkdir $0', join(bundle, 'config.json')]),
      'is a directory',
    ],
    ['is empty', (bundle) => write(bundle, ''), 'config.json'],
    ['is truncated', (bundle) => write(bundle, '{"ociVersion": "1.0.2", "process": {'), 'config.json'],
    ['is no JSON', (bundle) => write(bundle, 'ociVersion: 1.0.2'), 'config.json'],
    ['is null', (bundle) => write(bundle, 'null'), 'config.json'],
    ['is an array', (bundle) => write(bundle, '[]'), 'config.json'],
    ['is binary', (bundle) => write(bundle, new Uint8Array([0, 1, 2, 255])), 'config.json'],
    ['is larger than 16 MiB', (bundle) => write(bundle, `{"x":"${'y'.repeat(17 * 1024 * 1024)}"}`), 'config.json'],
    ['is nested deeply', (bundle) => write(bundle, '['.repeat(1_000_000)), 'config.json'],
  ])('because it %s', (_, damage, reason) => {
    const h = host();
    const bundle = h.bundle();
    damage(bundle);
    for (const command of ['create', 'run']) {
      const message = h.fail([command, '--bundle', bundle, h.id()]);
      expect(message).toStartWith(`ocirun ${command} failed: `);
      expect(message).toContain(reason);
      expect(message.length).toBeLessThan(1000);
    }
  });

  test('because the bundle is not there', () => {
    const h = host();
    expect(h.fail(['create', '--bundle', '/nonexistent', h.id()])).toContain(
      'chdir "/nonexistent": no such file or directory',
    );
    expect(h.fail(['create', '--bundle', '/etc/passwd', h.id()])).toContain('chdir "/etc/passwd": not a directory');
  });
});

hostTests('a config.json with wrong content', (host) => {
  const user = { type: 'user' };
  const mapping = [{ containerID: 0, hostID: 0, size: 1 }];

  test.each<[string, Json, string]>([
    ['no ociVersion', { ociVersion: undefined }, 'ociVersion'],
    ['another major version', { ociVersion: '2.0.0' }, 'ociVersion'],
    ['no process', { process: undefined }, 'process'],
    ['args that are text', { process: { args: 'sh' } }, 'process.args'],
    ['an argument that is a number', { process: { args: ['sh', 1] } }, 'process.args[1]'],
    ['empty args', { process: { args: [] } }, 'process.args'],
    ['no args', { process: { args: undefined } }, 'process.args'],
    ['an argument with a NUL', { process: { args: ['sh', 'a\0b'] } }, 'process.args[1]'],
    ['a relative cwd', { process: { cwd: 'tmp' } }, 'process.cwd'],
    ['an empty cwd', { process: { cwd: '' } }, 'process.cwd'],
    ['no cwd', { process: { cwd: undefined } }, 'process.cwd'],
    ['an environment without =', { process: { env: ['PATH'] } }, 'process.env[0]'],
    [
      'an unknown rlimit',
      { process: { rlimits: [{ type: 'RLIMIT_X', soft: 1, hard: 1 }] } },
      'process.rlimits[0].type',
    ],
    [
      'a soft limit above the hard one',
      { process: { rlimits: [{ type: 'RLIMIT_CPU', soft: 2, hard: 1 }] } },
      'process.rlimits[0]',
    ],
    [
      'an rlimit twice',
      { process: { rlimits: [1, 2].map((soft) => ({ type: 'RLIMIT_CPU', soft, hard: 5 })) } },
      'process.rlimits[1]',
    ],
    ['no root', { root: undefined }, 'root'],
    ['an empty root path', { root: { path: '' } }, 'root.path'],
    ['a root that is not there', { root: { path: 'nonexistent' } }, 'root.path'],
    ['a root that is a file', { root: { path: 'config.json' } }, 'root.path'],
    [
      'an unknown namespace',
      { linux: { namespaces: [...NAMESPACES, { type: 'galaxy' }] } },
      'linux.namespaces[6].type',
    ],
    ['a duplicate namespace', { linux: { namespaces: [...NAMESPACES, { type: 'pid' }] } }, 'linux.namespaces[6]'],
    ['a mapping without a user namespace', { linux: { uidMappings: mapping } }, 'linux.uidMappings'],
    [
      'a user namespace without mappings',
      { linux: { namespaces: [...NAMESPACES, user] } },
      'linux.namespaces[6]: user namespaces enabled, but no',
    ],
    [
      'a hostname without a uts namespace',
      { linux: { namespaces: NAMESPACES.filter(({ type }) => type !== 'uts') } },
      'hostname',
    ],
    [
      'no mount namespace',
      { linux: { namespaces: [{ type: 'uts' }], maskedPaths: undefined, readonlyPaths: undefined } },
      'mount namespace',
    ],
    ['a mount without a destination', { mounts: [{ type: 'tmpfs' }] }, 'mounts[0].destination'],
    ['a mount onto the root', { mounts: [...MOUNTS, { destination: '/', type: 'tmpfs' }] }, 'mounts[6].destination'],
    [
      'a bind mount with data',
      { mounts: [{ destination: '/m', source: '/', options: ['bind', 'size=1k'] }] },
      'mounts[0].options',
    ],
    [
      'a wrong device rule',
      { linux: { resources: { devices: [{ allow: true, access: 'x' }] } } },
      'linux.resources.devices[0]',
    ],
    ['a masked path that is relative', { linux: { maskedPaths: [1] } }, 'linux.maskedPaths[0]'],
  ])('is refused: %s', (_, change, path) => {
    const h = host();
    expect(h.fail(['create', '--bundle', h.bundle(change), h.id()])).toContain(path);
  });

  test.each<[string, Json, string]>([
    ['a terminal', { process: { terminal: true } }, 'process.terminal'],
    ['an AppArmor profile', { process: { apparmorProfile: 'x' } }, 'process.apparmorProfile'],
    ['an SELinux label', { process: { selinuxLabel: 'x' } }, 'process.selinuxLabel'],
    ['devices', { linux: { devices: [{ path: '/dev/x', type: 'c', major: 1, minor: 3 }] } }, 'linux.devices'],
    ['sysctls', { linux: { sysctl: { 'net.ipv4.ip_forward': '1' } } }, 'linux.sysctl'],
    ['seccomp', { linux: { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } } }, 'linux.seccomp'],
    [
      'a namespace by path',
      { linux: { namespaces: [{ type: 'mount' }, { type: 'ipc', path: '/proc/1/ns/ipc' }] }, hostname: undefined },
      'linux.namespaces[1].path',
    ],
    ['shared propagation of the root', { linux: { rootfsPropagation: 'shared' } }, 'linux.rootfsPropagation'],
    ['tmpcopyup', { mounts: [{ destination: '/m', type: 'tmpfs', options: ['tmpcopyup'] }] }, 'mounts[0].options[0]'],
  ])('is refused by name, as ocirun does not do it yet: %s', (_, change, path) => {
    const h = host();
    const message = h.fail(['create', '--bundle', h.bundle(change), h.id()]);
    expect(message).toContain(path);
    expect(message).toContain('not supported yet');
  });

  test('names all problems at once, in one line', () => {
    const h = host();
    const bundle = h.bundle({ process: { cwd: 'x', args: [] }, hostname: 5, root: { path: 7 } });
    const message = h.fail(['create', '--bundle', bundle, h.id()]);
    for (const path of ['process.cwd', 'process.args', 'hostname', 'root.path']) expect(message).toContain(path);
  });

  test('passes over properties that nobody knows, null and empty objects', () => {
    const h = host();
    const bundle = h.script('echo works', {
      unknown: { x: 1 },
      hooks: {},
      annotations: null,
      linux: { seccomp: {}, unknown: [], sysctl: null },
    });
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: 'works\n' });
  });

  test('with text that would break the log is quoted', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['/a\nlevel=error msg=fake\u001b[31m'] } });
    const message = h.fail(['create', '--bundle', bundle, h.id()]);
    expect(message).toContain('no such file or directory');
  });
});

hostTests('a container id', (host) => {
  test.each(['../x', '..', '.', 'a/b', '/x', 'a b', 'ä', 'a\nb', '.hidden', '$(x)', 'x'.repeat(256), 'x'.repeat(1000)])(
    'is refused: %p',
    (id) => {
      const h = host();
      const bundle = h.bundle();
      for (const args of [
        ['create', '--bundle', bundle],
        ['run', '--bundle', bundle],
        ['state'],
        ['start'],
        ['kill'],
        ['delete'],
        ['delete', '-f'],
      ]) {
        expect(h.fail([...args, id])).toContain('invalid container ID format');
      }
    },
  );

  test('is refused when it is empty', () => {
    const h = host();
    for (const args of [['create', '--bundle', h.bundle()], ['state'], ['start'], ['kill'], ['delete']]) {
      expect(h.fail([...args, ''])).toContain('container id cannot be empty');
    }
  });

  test('may have 255 characters of all allowed kinds', () => {
    const h = host();
    const id = h.id('A_b+c.d-').padEnd(255, 'x');
    h.create(h.bundle({ linux: { cgroupsPath: `/${h.id()}` } }), id);
    h.succeed(['delete', id]);
  });

  test('that is in use is refused, and the container is untouched', () => {
    const h = host();
    const id = h.create(h.bundle());
    const before = h.state(id);
    for (const command of ['create', 'run']) {
      expect(h.fail([command, '--bundle', h.bundle(), id])).toContain('container with given ID already exists');
    }
    expect(h.state(id)).toEqual(before);
    h.succeed(['delete', id]);
  });
});

hostTests('a command line', (host) => {
  test.each([
    [['create', '--nonsense', 'x'], 'nonsense'],
    [['--nonsense', 'list'], 'nonsense'],
    [['create', '--bundle'], 'flag needs an argument'],
    [['create', '--preserve-fds', 'many', 'x'], 'preserve-fds'],
    [['--log-format', 'xml', 'list'], 'invalid log-format: xml'],
    [['--root', '/', 'list'], '--root'],
  ])('is refused: %p', (args, text) => {
    const { status, stderr } = host().ocirun(args);
    expect(status).toBe(1);
    expect(stderr).toContain(text);
  });
});

hostTests('a host that lacks something', (host) => {
  /** Runs a command with a tiny file system as its state root. */
  function withTinyRoot(h: Host, options: string, prepare: () => void, work: () => void): void {
    mkdirSync(h.root, { recursive: true });
    expect(Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', options, 'tiny', h.root]).exitCode).toBe(0);
    try {
      chmodSync(h.root, 0o700);
      prepare();
      work();
      expect(
        [...new Bun.Glob('*').scanSync({ cwd: h.root, onlyFiles: false })].filter((name) => name !== 'full'),
      ).toEqual([]);
    } finally {
      Bun.spawnSync(['umount', h.root]);
    }
  }

  test('a full disk for the state directory', () => {
    const h = host();
    const bundle = h.bundle();
    const fill = () => Bun.spawnSync(['sh', '-c', `cat /dev/zero > ${h.root}/full`]);
    withTinyRoot(h, 'size=64k', fill, () => {
      for (const command of ['create', 'run']) {
        const message = h.fail([command, '--bundle', bundle, h.id()]);
        expect(message).toContain('.json: ');
        expect(message).toContain('no space left on device');
      }
    });
  });

  test('no inodes for the state directory', () => {
    const h = host();
    const bundle = h.bundle();
    for (const inodes of [1, 2, 3]) {
      withTinyRoot(
        h,
        `nr_inodes=${inodes}`,
        () => undefined,
        () => {
          expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('no space left on device');
        },
      );
    }
  });

  test('a state root that is a file', () => {
    const h = host();
    writeFileSync(h.path('file'), '');
    const message = h.fail(['--root', h.path('file'), 'create', '--bundle', h.bundle(), h.id()]);
    expect(message).toContain('not a directory');
  });

  test('no permission: a user without privileges', () => {
    const h = host();
    const bundle = h.bundle();
    const through = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    expect(h.fail(['create', '--bundle', bundle, h.id()], { through })).toContain('permission denied');
    const own = h.path('own');
    mkdirSync(own);
    Bun.spawnSync(['chown', '65534:65534', own]);
    const message = h.fail(['--root', own, 'create', '--bundle', bundle, h.id()], { through });
    expect(message).toMatch(/operation not permitted|permission denied|needs a cgroup/);
  });

  test('an unreadable config.json: a user without privileges', () => {
    const h = host();
    const bundle = h.bundle();
    chmodSync(join(bundle, 'config.json'), 0o600);
    const through = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const message = h.fail(['create', '--bundle', bundle, h.id()], { through });
    expect(message).toContain('config.json: ');
    expect(message).toContain('permission denied');
  });

  const onCgroup1 = ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /sys/fs/cgroup && exec "$0" "$@"'];

  test('cgroup v1 alone: what needs a cgroup says so', () => {
    const h = host();
    const message = h.fail(['create', '--bundle', h.bundle(), h.id()], { through: onCgroup1 });
    expect(message).toContain('linux.resources.devices needs a cgroup');
    expect(message).toContain('a host with cgroup v1 only?');
    const named = h.bundle({ linux: { resources: undefined, cgroupsPath: '/x' } });
    expect(h.fail(['create', '--bundle', named, h.id()], { through: onCgroup1 })).toContain(
      'linux.cgroupsPath needs a cgroup',
    );
  });

  test('cgroup v1 alone: a container that needs none runs', () => {
    const h = host();
    const namespaces = NAMESPACES.filter(({ type }) => type !== 'cgroup');
    const bundle = h.script('echo works', { linux: { resources: undefined, namespaces } });
    expect(h.run(bundle, [], { through: onCgroup1 })).toMatchObject({ status: 0, stdout: 'works\n' });
  });

  test
    .skipIf(!Bun.which('strace'))
    .each([
      'clone3',
      'openat2',
      'open_tree',
      'move_mount',
      'fsopen',
      'fsconfig',
      'fsmount',
      'mount_setattr',
      'pidfd_open',
      'close_range',
    ])('a kernel that is too old for %s (skipped where strace is not installed)', (call) => {
    const h = host();
    const through = [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `trace=${call}`,
      '-e',
      `inject=${call}:error=ENOSYS`,
    ];
    const message = h.fail(['create', '--bundle', h.bundle(), h.id()], { through });
    expect(message).toContain(call);
    expect(message).toContain('too old');
  });
});

hostTests('the executable', (host) => {
  test('is named in the message about a wrong number of operands', () => {
    const h = host();
    const { status, stderr } = h.ocirun(['state']);
    expect(status).toBe(1);
    expect(stderr).toContain(`${executable}: \\"state\\" requires exactly 1 argument(s)`);
    symlinkSync(executable, h.path('other-name'));
    const renamed = Bun.spawnSync([h.path('other-name'), 'kill', 'a', 'b', 'c']);
    expect(renamed.exitCode).toBe(1);
    expect(renamed.stderr.toString()).toContain('other-name: \\"kill\\" requires a maximum of 2 argument(s)');
  });
});
