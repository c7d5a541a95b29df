import { expect, test } from 'bun:test';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, MOUNTS, PATH } from '../support/config.ts';
import { hostTests } from '../support/host.ts';

const STATUS = 'cat /proc/self/status';
const field = (status: string, name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim();

hostTests('process.user', (host) => {
  test('is the user, the group and the groups of the program, for all kinds of ids', () => {
    const status = host().output(STATUS, { process: { user: { uid: 1000, gid: 1001, additionalGids: [5, 7] } } });
    expect(field(status, 'Uid')).toBe('1000\t1000\t1000\t1000');
    expect(field(status, 'Gid')).toBe('1001\t1001\t1001\t1001');
    expect(field(status, 'Groups')).toBe('5 7');
  });

  test('has no groups of the caller', () => {
    const h = host();
    const bundle = h.script('grep Groups /proc/self/status');
    const result = h.run(bundle, [], { through: ['setpriv', '--groups', '27,44'] });
    expect(result).toMatchObject({ status: 0, stdout: 'Groups:\t \n' });
  });

  test('by a number is never looked up as a name in the passwd file of the image', () => {
    const h = host();
    const bundle = h.script('id -u; echo $HOME', { process: { user: { uid: 1000, gid: 1000 } } });
    writeFileSync(
      join(bundle, 'rootfs/etc/passwd'),
      '1000:x:0:0::/root:/bin/sh\nother:x:1000:1000::/home/other:/bin/sh\n',
    );
    expect(h.run(bundle).stdout).toBe('1000\n/home/other\n');
  });

  test('with ids that are not there or left out is root', () => {
    expect(host().output('id -u; id -g', { process: { user: undefined } })).toBe('0\n0');
  });

  test.each<[string, Json]>([
    ['uid', { uid: -1 }],
    ['uid', { uid: 4_294_967_295 }],
    ['uid', { uid: '0' }],
    ['gid', { gid: 4_294_967_296 }],
    ['additionalGids', { additionalGids: [-1] }],
  ])('with a wrong %s is refused: %p', (name, user) => {
    const h = host();
    expect(h.fail(['create', '--bundle', h.bundle({ process: { user } }), h.id()])).toContain(`process.user.${name}`);
  });

  test.each([
    [undefined, '0022'],
    [0, '0000'],
    [0o77, '0077'],
    [0o777, '0777'],
  ])('with the umask %p', (umask, expected) => {
    expect(field(host().output(STATUS, { process: { user: { umask } } }), 'Umask')).toBe(expected);
  });

  test('owns its standard descriptors, so that it can open them again', () => {
    const h = host();
    const text = h.output('echo direct; echo again > /proc/self/fd/1', { process: { user: { uid: 1000, gid: 1000 } } });
    expect(text).toEndWith('again');
  });
});

/** Bits 0 (CHOWN), 5 (KILL) and 10 (NET_BIND_SERVICE). */
const [CHOWN, KILL, BIND] = ['CAP_CHOWN', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];

hostTests('process.capabilities', (host) => {
  const sets = (status: string) =>
    Object.fromEntries(
      ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => [name, parseInt(field(status, name) ?? '', 16)]),
    );

  test('are the five sets, for root', () => {
    const capabilities = {
      bounding: [CHOWN, KILL, BIND],
      permitted: [CHOWN, KILL],
      effective: [CHOWN],
      inheritable: [],
      ambient: [],
    };
    const status = (noNewPrivileges: boolean) => host().output(STATUS, { process: { capabilities, noNewPrivileges } });
    // execve by root fills permitted and effective from the bounding set (capabilities(7)), unless no_new_privs is set.
    expect(sets(status(false))).toEqual({ CapInh: 0, CapPrm: 0x421, CapEff: 0x421, CapBnd: 0x421, CapAmb: 0 });
    expect(sets(status(true))).toEqual({ CapInh: 0, CapPrm: 0x21, CapEff: 0x21, CapBnd: 0x421, CapAmb: 0 });
  });

  test('are the five sets, for a user', () => {
    const user = { uid: 1000, gid: 1000 };
    const capabilities = {
      bounding: [CHOWN, KILL, BIND],
      permitted: [CHOWN, KILL],
      effective: [CHOWN],
      inheritable: [KILL],
      ambient: [KILL],
    };
    const status = host().output(STATUS, { process: { user, capabilities } });
    // execve by another user leaves what is ambient.
    expect(sets(status)).toEqual({ CapInh: 0x20, CapPrm: 0x20, CapEff: 0x20, CapBnd: 0x421, CapAmb: 0x20 });
  });

  test('are all empty without any in config.json', () => {
    expect(sets(host().output(STATUS, { process: { capabilities: undefined } }))).toEqual({
      CapInh: 0,
      CapPrm: 0,
      CapEff: 0,
      CapBnd: 0,
      CapAmb: 0,
    });
  });

  test('are inheritable only if config.json says so', () => {
    expect(field(host().output(STATUS), 'CapInh')).toBe('0000000000000000');
  });

  test('that nobody knows are a warning, and the others are set', () => {
    const h = host();
    const capabilities = { bounding: [KILL, 'CAP_UNHEARD_OF'], effective: [KILL], permitted: [KILL] };
    const { status, stdout, stderr } = h.run(h.script(STATUS, { process: { capabilities } }));
    expect(status).toBe(0);
    expect(field(stdout, 'CapBnd')).toBe('0000000000000020');
    expect(stderr).toMatch(/^time="[^"]+" level=warning msg=".*CAP_UNHEARD_OF.*"\n$/);
  });

  test('that cannot become ambient are a warning', () => {
    const h = host();
    const capabilities = { bounding: [KILL], effective: [KILL], permitted: [KILL], ambient: [KILL] };
    const { status, stdout, stderr } = h.run(h.script(STATUS, { process: { capabilities } }));
    expect(status).toBe(0);
    expect(field(stdout, 'CapAmb')).toBe('0000000000000000');
    expect(stderr).toContain("can't raise ambient capability CAP_KILL");
  });
});

hostTests('the surroundings of the program', (host) => {
  test.each([true, false, undefined])('noNewPrivileges: %p', (noNewPrivileges) => {
    const status = host().output(STATUS, { process: { noNewPrivileges } });
    expect(field(status, 'NoNewPrivs')).toBe(noNewPrivileges ? '1' : '0');
  });

  test('rlimits are those of config.json, and the others those of the caller', () => {
    const h = host();
    const rlimits = [
      { type: 'RLIMIT_NOFILE', soft: 100, hard: 200 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
      { type: 'RLIMIT_FSIZE', soft: 1_000_000, hard: 2_000_000 },
    ];
    const limits = (text: string) =>
      new Map(text.split('\n').map((line) => [line.slice(0, 26).trim(), line.slice(26, 66).trim().split(/\s+/)]));
    const inside = limits(h.output('cat /proc/self/limits', { process: { rlimits } }));
    expect(inside.get('Max open files')).toEqual(['100', '200']);
    expect(inside.get('Max core file size')).toEqual(['0', '0']);
    expect(inside.get('Max file size')).toEqual(['1000000', '2000000']);
    const outside = limits(readFileSync('/proc/self/limits', 'utf8'));
    for (const name of ['Max stack size', 'Max processes', 'Max locked memory', 'Max cpu time']) {
      expect(inside.get(name)).toEqual(outside.get(name) as string[]);
    }
  });

  test('the limit of open files is the one of the caller, which engines raise for themselves', () => {
    const h = host();
    const bundle = h.script('ulimit -Sn; ulimit -Hn', { process: { rlimits: [] } });
    const result = h.run(bundle, [], {
      through: ['prlimit', '--nofile=300:4000', 'sh', '-c', '"$0" "$@"; exit $?'],
    });
    expect(result.stdout).toBe('300\n4000\n');
  });

  test('a limit of infinity stays one', () => {
    const text = '{"type":"RLIMIT_CPU","soft":18446744073709551615,"hard":18446744073709551615}';
    const h = host();
    const bundle = h.script('ulimit -t');
    const path = join(bundle, 'config.json');
    const config = readFileSync(path, 'utf8').replace(/"rlimits":\[[^\]]*\]/, `"rlimits":[${text}]`);
    expect(config).toContain(text);
    writeFileSync(path, config);
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: 'unlimited\n' });
  });

  test('signals are at their defaults and none is blocked, also those that the caller ignores', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['grep', 'Sig', '/proc/self/status'] } });
    const status = h.run(bundle, [], {
      through: ['env', '--ignore-signal=PIPE', '--ignore-signal=HUP', '--block-signal=USR1'],
    }).stdout;
    expect([field(status, 'SigIgn'), field(status, 'SigBlk')]).toEqual(['0000000000000000', '0000000000000000']);
  });

  test('the environment is exactly that of config.json, with a HOME', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['env'], env: [PATH, 'A=1', 'EMPTY=', 'B=x y=z'] } });
    const { stdout } = h.run(bundle, [], { env: { PATH: '/usr/bin:/bin', SECRET: 'of the caller', LD_PRELOAD: '' } });
    expect(stdout).toBe(`${PATH}\nA=1\nEMPTY=\nB=x y=z\nHOME=/root\n`);
  });

  test('of a name that occurs twice the last value counts', () => {
    expect(host().output('env | grep ^A=', { process: { env: [PATH, 'A=1', 'A=2', 'A=3'] } })).toBe('A=3');
  });

  test.each<[string, Json, string | undefined, string]>([
    ['from passwd by uid', { user: { uid: 1000, gid: 0 } }, 'u:x:1000:0::/home/u:/bin/sh\n', '/home/u'],
    ['/ for an unknown uid', { user: { uid: 4242, gid: 0 } }, 'u:x:1000:0::/home/u:/bin/sh\n', '/'],
    ['/ without a passwd file', {}, undefined, '/'],
    ['as config.json has it', { env: [PATH, 'HOME=/here'] }, 'root:x:0:0::/root:/bin/sh\n', '/here'],
    ['from passwd where it is empty', { env: [PATH, 'HOME='] }, 'root:x:0:0::/root:/bin/sh\n', '/root'],
    ['/ with a damaged passwd', {}, ':::\n\0\n0:0:0\n', '/'],
  ])('HOME is %s', (_, process, passwd, expected) => {
    const h = host();
    const bundle = h.script('echo $HOME', { process });
    const file = join(bundle, 'rootfs/etc/passwd');
    if (passwd === undefined) rmSync(file);
    else writeFileSync(file, passwd);
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: `${expected}\n` });
  });

  test('a passwd file that is a FIFO or a link out of the image stops nothing', () => {
    const h = host();
    for (const make of [
      (file: string) => Bun.spawnSync(['mkfifo', file]),
      (file: string) => symlinkSync('/proc/self/root/etc/passwd', file),
    ]) {
      const bundle = h.script('echo $HOME');
      const file = join(bundle, 'rootfs/etc/passwd');
      rmSync(file);
      make(file);
      expect(h.run(bundle)).toMatchObject({ status: 0, stdout: '/\n' });
    }
  });

  test('cwd is entered, and made where it is missing', () => {
    const h = host();
    expect(h.output('pwd', { process: { cwd: '/tmp' } })).toBe('/tmp');
    expect(h.output('pwd; stat -c %a:%u . ..', { process: { cwd: '/a/b/c' } })).toBe('/a/b/c\n755:0\n755:0');
    expect(h.output('pwd', { process: { cwd: '/tmp/../etc//.' } })).toBe('/etc');
  });

  test('cwd may be a directory that only the user of the container may enter', () => {
    const h = host();
    const bundle = h.script('pwd', { process: { cwd: '/home/private', user: { uid: 1000, gid: 1000 } } });
    const directory = join(bundle, 'rootfs/home/private');
    mkdirSync(directory);
    chownSync(directory, 1000, 1000);
    chmodSync(directory, 0o700);
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: '/home/private\n', stderr: '' });
  });

  test.each<[string, (home: string) => void, string]>([
    ["is somebody else's alone", (home) => mkdirSync(home, { mode: 0o700 }), 'permission denied'],
    ['is a file', (home) => writeFileSync(home, ''), 'not a directory'],
    ['is a link that leads in a circle', (home) => symlinkSync('home', home), 'symbolic links'],
  ])('a cwd that %s is refused by create, naming it', (_, make, reason) => {
    const h = host();
    const bundle = h.bundle({ process: { cwd: '/home', user: { uid: 1000, gid: 1000 } } });
    const home = join(bundle, 'rootfs/home');
    rmSync(home, { recursive: true });
    make(home);
    const message = h.fail(['create', '--bundle', bundle, h.id()]);
    expect(message).toContain('process.cwd');
    expect(message).toContain(reason);
  });

  test('no terminal, a session of its own, and init is its leader', () => {
    // Fields 4 to 7 of stat: parent, process group, session, terminal.
    const text = host().output('cut -d " " -f 4-7 /proc/1/stat');
    expect(text).toBe('0 1 1 0');
  });

  test.skipIf(!Bun.which('strace'))('a session keyring of its own, unless --no-new-keyring (needs strace)', () => {
    const h = host();
    const joins = (flags: string[]) => {
      const log = h.path('strace');
      h.run(h.bundle(), flags, { through: ['strace', '-f', '-qq', '-s', '99', '-o', log, '-e', 'trace=keyctl'] });
      return readFileSync(log, 'utf8').match(/KEYCTL_JOIN_SESSION_KEYRING, "[^"]+"/g) ?? [];
    };
    const [first, ...more] = joins([]);
    expect(more).toEqual([]);
    expect(first).toMatch(/"_ses\.[0-9a-f-]{36}"$/);
    expect(joins([])[0]).not.toBe(first);
    expect(joins(['--no-new-keyring'])).toEqual([]);
  });
});

hostTests('process.args[0]', (host) => {
  test.each<[string, Json, string]>([
    ['a name in PATH', { args: ['which-one'], env: ['PATH=/first:/second'] }, 'second'],
    ['the last of two PATHs', { args: ['which-one'], env: ['PATH=/first', 'PATH=/second'] }, 'second'],
    ['a path', { args: ['/second/which-one'] }, 'second'],
    ['a relative path, from cwd', { args: ['./which-one'], cwd: '/second' }, 'second'],
    ['a path with a slash in the middle', { args: ['second/which-one'], cwd: '/' }, 'second'],
    ['a name where the first hit cannot be executed', { args: ['which-one'], env: ['PATH=/plain:/second'] }, 'second'],
    ['a name where the first hit is a directory', { args: ['which-one'], env: ['PATH=/directory:/second'] }, 'second'],
    ['an empty part of PATH, which is cwd', { args: ['which-one'], env: ['PATH=/first:'], cwd: '/second' }, 'second'],
  ])('is found: %s', (_, process, expected) => {
    const h = host();
    const bundle = h.bundle({ process });
    const rootfs = join(bundle, 'rootfs');
    for (const name of ['first', 'second', 'plain', 'directory']) mkdirSync(join(rootfs, name));
    writeFileSync(join(rootfs, 'second/which-one'), '#!/bin/sh\necho second\n', { mode: 0o755 });
    writeFileSync(join(rootfs, 'plain/which-one'), '#!/bin/sh\necho plain\n', { mode: 0o644 });
    mkdirSync(join(rootfs, 'directory/which-one'));
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: `${expected}\n`, stderr: '' });
  });

  const INIT = 'ocirun create failed: unable to start container process: error during container init: ';

  test.each<[string, Json, string]>([
    ['a name that is nowhere', { args: ['nope'] }, 'exec: "nope": executable file not found in $PATH'],
    [
      'a name that cannot be executed',
      { args: ['plain'], env: ['PATH=/etc'] },
      'exec: "plain": executable file not found in $PATH',
    ],
    ['a name with an empty PATH', { args: ['sh'], env: ['PATH='] }, 'exec: "sh": executable file not found in $PATH'],
    ['a missing path', { args: ['/nope'] }, 'exec: "/nope": stat /nope: no such file or directory'],
    ['a path below a file', { args: ['/etc/passwd/x'] }, 'exec: "/etc/passwd/x": stat /etc/passwd/x: not a directory'],
    ['a file that cannot be executed', { args: ['/etc/passwd'] }, 'exec: "/etc/passwd": permission denied'],
    ['a directory', { args: ['/etc'] }, 'exec: "/etc": is a directory'],
    ['a path with quotes', { args: ['/a"b'] }, 'exec: "/a\\"b": stat /a"b: no such file or directory'],
  ])('that is %s is an error of create, in the words of runc', (_, process, message) => {
    const h = host();
    const bundle = h.bundle({ process });
    writeFileSync(join(bundle, 'rootfs/etc/plain'), '');
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toBe(INIT + message);
  });

  test('is looked at as the user of the container', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['/root/program'], user: { uid: 1000, gid: 1000 } } });
    writeFileSync(join(bundle, 'rootfs/root/program'), '#!/bin/sh\n', { mode: 0o700 });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toBe(`${INIT}exec: "/root/program": permission denied`);
  });

  test('is looked up in what is mounted, not in the image below', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['sh'] }, mounts: [...MOUNTS, { destination: '/bin', type: 'tmpfs' }] });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('exec: "sh": executable file not found in $PATH');
  });
});
