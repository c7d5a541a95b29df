import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Json, MOUNTS, NAMESPACES } from '../support/config.ts';
import { type Host, hostTests, procfs } from '../support/host.ts';
import { executable } from '../support/ocirun.ts';

/** Attacks on runtimes that have worked, tried on this one. */

/** A directory of the host that no container may change: its listing, types and contents as one text. */
function canary(h: Host): { path: string; look: () => string } {
  const path = h.path('host');
  mkdirSync(path);
  for (const name of ['null', 'ptmx', 'console', 'file']) writeFileSync(join(path, name), `the host's ${name}`);
  const look = () =>
    readdirSync(path)
      .sort()
      .map(
        (name) =>
          `${name} ${lstatSync(join(path, name)).mode} ${lstatSync(join(path, name)).uid} ${readFileSync(join(path, name))}`,
      )
      .join('\n');
  return { path, look };
}

/** Replaces a directory of a root file system by a link. */
function link(bundle: string, name: string, target: string): void {
  const path = join(bundle, 'rootfs', name);
  rmSync(path, { recursive: true, force: true });
  symlinkSync(target, path);
}

hostTests('a hostile root file system', (host) => {
  test.each([
    ['proc', '/tmp'],
    ['proc', 'tmp'],
    ['proc', '/nonexistent'],
    ['sys', '/tmp'],
    ['sys', 'proc/self'],
  ])('with /%s as a link to %s is refused (CVE-2019-19921, CVE-2023-27561)', (name, target) => {
    const h = host();
    const bundle = h.bundle();
    link(bundle, name, target);
    const message = h.fail(['create', '--bundle', bundle, h.id()]);
    expect(message).toContain(`mounts[${name === 'proc' ? 0 : MOUNTS.length - 1}]`);
    expect(message).toContain(`/${name}`);
    expect(message).toMatch(/ordinary directory|symbolic link|not a directory/);
  });

  test.each<[string, readonly Json[]]>([
    ['without a mount on it', MOUNTS.filter(({ destination }) => !String(destination).startsWith('/dev'))],
    ['with a mount on it', MOUNTS],
  ])('with /dev as a link to the host, %s, changes nothing there (CVE-2026-41579)', (_, mounts) => {
    const h = host();
    const { path, look } = canary(h);
    const before = look();
    for (const target of [path, `../../../../../..${path}`, '/proc/1/root/tmp']) {
      const bundle = h.bundle({ mounts });
      link(bundle, 'dev', target);
      // Inside the root the target does not exist: whether that is an error or made there is not the matter.
      h.run(bundle);
      expect(look()).toBe(before);
    }
  });

  test('with links at mount points, masked and read-only paths and the working directory stays inside', () => {
    const h = host();
    const { path, look } = canary(h);
    const before = look();
    const tmpfs = (destination: string) => ({ destination, type: 'tmpfs', options: ['mode=777'] });
    for (const target of [path, `/../../../../../../..${path}`]) {
      const bundle = h.script('echo x > /m/new; pwd', {
        process: { cwd: '/cwd/new' },
        mounts: [
          ...MOUNTS,
          tmpfs('/m'),
          tmpfs('/deep/below'),
          { destination: '/bound', source: '/etc/passwd', options: ['bind'] },
        ],
        linux: { maskedPaths: ['/masked/file'], readonlyPaths: ['/read-only/file'] },
      });
      for (const name of ['m', 'deep', 'masked', 'read-only', 'cwd', 'bound']) link(bundle, name, target);
      h.run(bundle);
      expect(look()).toBe(before);
      expect(procfs('self/mountinfo')).not.toContain(path);
    }
  });

  test('with a link through /proc/PID/root cannot lead a mount to the host', () => {
    const h = host();
    const { path, look } = canary(h);
    const before = look();
    for (const target of [`/proc/1/root${path}`, `/proc/self/root${path}`, `/proc/self/cwd/../../..${path}`]) {
      const bundle = h.bundle({ mounts: [...MOUNTS, { destination: '/m/new', type: 'tmpfs' }] });
      link(bundle, 'm', target);
      h.run(bundle);
      expect(look()).toBe(before);
    }
  });

  test.each<[string, (file: string) => void]>([
    ['a regular file', (file) => writeFileSync(file, 'not null')],
    ['a link into /proc', (file) => symlinkSync('/proc/sys/kernel/core_pattern', file)],
    ['a FIFO', (file) => Bun.spawnSync(['mkfifo', file])],
  ])('with %s as /dev/null does not change what masked paths show (CVE-2025-31133)', (_, make) => {
    const h = host();
    const source = h.path('dev');
    mkdirSync(source);
    make(join(source, 'null'));
    const before = procfs('sys/kernel/core_pattern');
    const bundle = h.script('cat /secret; ls -A /secrets; grep " /secret " /proc/self/mountinfo', {
      mounts: [
        ...MOUNTS.filter(({ destination }) => !String(destination).startsWith('/dev')),
        { destination: '/dev', source, options: ['bind'] },
      ],
      linux: { maskedPaths: ['/secret', '/secrets'] },
    });
    writeFileSync(join(bundle, 'rootfs/secret'), 'secret');
    mkdirSync(join(bundle, 'rootfs/secrets'));
    writeFileSync(join(bundle, 'rootfs/secrets/one'), 'secret');
    const { status, stdout } = h.run(bundle);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\S+ \S+ \S+ \/null \/secret /);
    expect(procfs('sys/kernel/core_pattern')).toBe(before);
  });
});

hostTests('a way out', (host) => {
  /** What the root of a test container shows. The host has more. */
  const INSIDE = 'bin\ndev\netc\nhome\nproc\nroot\nrun\nsys\ntmp\nvar';
  const LEAKY = ['bash', '-c', 'for n in 10 20 30; do eval "exec $n</"; done; exec "$0" "$@"'];
  const NUMBERS = [...Array.from({ length: 20 }, (_, index) => index + 3), 30];

  /** Asserts that a container failed, or never left its root. */
  function expectInside(result: { status: number | null; stdout: string }, what: string): void {
    const isInside = result.status === 0 && result.stdout === `/\n${INSIDE}\n`;
    expect({ what, ...result, held: result.status === 1 || isInside }).toMatchObject({ held: true });
  }

  test('through a cwd of /proc/self/fd/N, or a link to it, does not exist for any N (CVE-2024-21626)', () => {
    const h = host();
    for (const number of NUMBERS) {
      for (const cwd of [`/proc/self/fd/${number}`, `/proc/self/fd/${number}/../..`]) {
        expectInside(h.run(h.script('pwd; ls', { process: { cwd } }), [], { through: LEAKY }), cwd);
      }
      const bundle = h.script('pwd; ls', { process: { cwd: '/work' } });
      symlinkSync(`/proc/self/fd/${number}`, join(bundle, 'rootfs/work'));
      const { status, stdout } = h.run(bundle, [], { through: LEAKY });
      // The shell knows the directory by the name of the link, or by its own.
      expectInside(
        { status, stdout: stdout.replace('/work\n', '/\n').replace('\nwork\n', '\n') },
        `a link to ${number}`,
      );
    }
  }, 30_000);

  test('through a cwd in a directory of the host that the caller passes on is refused', () => {
    const h = host();
    const through = ['bash', '-c', 'exec 3</etc; exec "$0" "$@"'];
    for (const cwd of ['/proc/self/fd/3', '/proc/self/fd/3/../usr']) {
      const args = ['create', '--preserve-fds', '1', '--bundle', h.bundle({ process: { cwd } }), h.id()];
      const message = h.fail(args, { through });
      expect(message).toContain('process.cwd');
      expect(message).toContain('possible container breakout detected');
    }
  });

  test('through a program below /proc/self/fd/N does not exist', () => {
    const h = host();
    for (const number of NUMBERS) {
      const program = `/proc/self/fd/${number}/../../../../../bin/sh`;
      const bundle = h.bundle({ process: { args: [program, '-c', 'pwd; ls /'] } });
      expectInside(h.run(bundle, [], { through: LEAKY }), program);
    }
  });

  test('through /proc/self/exe: it is never a file of the host (CVE-2019-5736)', async () => {
    const h = host();
    const digest = () => createHash('sha256').update(readFileSync(executable)).digest('hex');
    const before = digest();
    const bundle = h.bundle({ process: { args: ['/entry'] } });
    symlinkSync('/proc/self/exe', join(bundle, 'rootfs/entry'));
    const id = h.create(bundle);
    const { pid } = h.state(id);
    expect(readlinkSync(`/proc/${pid}/exe`)).toMatch(/^\/memfd:/);
    // Not even root of the host can write to it.
    expect(() => writeFileSync(`/proc/${pid}/exe`, 'x')).toThrow();
    expect(
      procfs(`${pid}/maps`)
        .split('\n')
        .filter((line) => / \/(?!memfd:)/.test(line)),
    ).toEqual([]);
    h.ocirun(['start', id]);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
    expect(digest()).toBe(before);
  });

  test('through a script with #!/proc/self/exe: nothing of the host runs', () => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['/entry'] } });
    writeFileSync(join(bundle, 'rootfs/entry'), '#!/proc/self/exe\n', { mode: 0o755 });
    expect(h.run(bundle).status).not.toBe(0);
  });

  test('through the waiting init: root without capabilities cannot look into it', () => {
    const h = host();
    const id = h.create(h.bundle());
    const { pid } = h.state(id);
    const look = (other: string | number) =>
      Bun.spawnSync(['setpriv', '--bounding-set=-all', 'readlink', `/proc/${other}/cwd`]).exitCode;
    expect(look('self')).toBe(0);
    expect(look(pid)).not.toBe(0);
    h.succeed(['delete', id]);
  });

  test('through init of a user: the same user may not look into it before it is the program', async () => {
    const h = host();
    const id = h.create(h.script('sleep 1000', { process: { user: { uid: 4711, gid: 4711 } } }));
    const { pid } = h.state(id);
    const spy = () =>
      Bun.spawnSync(['setpriv', '--reuid', '4711', '--regid', '4711', '--clear-groups', 'ls', `/proc/${pid}/fd`])
        .exitCode;
    expect(lstatSync(`/proc/${pid}/fd`).uid).toBe(0);
    expect(spy()).not.toBe(0);
    h.succeed(['start', id]);
    await h.waitFor(id, 'running');
    h.succeed(['delete', '-f', id]);
  });

  test('through the environment: LD_PRELOAD of the container does not reach hooks (CVE-2025-23266)', () => {
    const h = host();
    const log = h.path('environment');
    const hook = { path: '/bin/sh', args: ['sh', '-c', `cat < /proc/self/environ >> ${log}; echo ran >> ${log}`] };
    const bundle = h.bundle({
      process: { env: ['PATH=/bin', 'LD_PRELOAD=/proc/self/cwd/evil.so'] },
      hooks: { prestart: [hook], createRuntime: [hook], createContainer: [hook], poststart: [hook], poststop: [hook] },
    });
    writeFileSync(join(bundle, 'rootfs/evil.so'), 'no library');
    expect(h.run(bundle)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(log, 'utf8')).toBe('ran\n'.repeat(5));
  });

  test('through a long list of mappings: 340 lines arrive whole, and more are an error', () => {
    const h = host();
    const mappings = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ containerID: index, hostID: 100_000 + index * 2, size: 1 }));
    const linux = (count: number) => ({
      namespaces: [...NAMESPACES, { type: 'user' }],
      uidMappings: mappings(count),
      gidMappings: mappings(count),
    });
    expect(h.output('wc -l < /proc/self/uid_map', { linux: linux(200) })).toBe('200');
    expect(h.fail(['create', '--bundle', h.bundle({ linux: linux(10_000) }), h.id()])).toContain('Mappings');
  });
});
