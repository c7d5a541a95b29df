import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, MOUNTS, NAMESPACES } from '../support/config.ts';
import { type Host, hostTests } from '../support/host.ts';
import { type MountEntry, mountAt, parseMounts } from '../support/mount-entry.ts';

const MOUNTINFO = 'cat /proc/self/mountinfo';

/** The mount that a container with this mount besides the usual ones has at its destination. */
function mounted(h: Host, mount: Json & { destination: string }, change: Json = {}): MountEntry {
  return mountAt(h.output(MOUNTINFO, { ...change, mounts: [...MOUNTS, mount] }), mount.destination);
}

hostTests('mounts', (host) => {
  test('are made in their order, with the types, flags and data that config.json lists', () => {
    const h = host();
    const text = h.output(MOUNTINFO);
    const points = parseMounts(text).map(({ point }) => point);
    const places = MOUNTS.map(({ destination }) => points.indexOf(destination as string));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    for (const { destination, type } of MOUNTS) expect(mountAt(text, destination as string).type).toBe(type as string);
    expect(mountAt(text, '/proc').options).toEqual(['rw', 'relatime']);
    expect(mountAt(text, '/dev')).toMatchObject({
      options: ['rw', 'nosuid'],
      superOptions: ['rw', 'size=65536k', 'mode=755'],
    });
    expect(mountAt(text, '/dev/pts').options).toEqual(['rw', 'nosuid', 'noexec', 'relatime']);
    expect(mountAt(text, '/dev/pts').superOptions).toContain('ptmxmode=666');
    expect(mountAt(text, '/dev/pts').superOptions).toContain('gid=5');
    expect(mountAt(text, '/dev/shm').options).toEqual(['rw', 'nosuid', 'nodev', 'noexec', 'relatime']);
    expect(mountAt(text, '/dev/shm').source).toBe('shm');
    expect(mountAt(text, '/sys').options).toEqual(['ro', 'nosuid', 'nodev', 'noexec', 'relatime']);
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ['nothing', [], ['rw', 'relatime']],
    ['ro', ['ro'], ['ro', 'relatime']],
    ['rw after ro', ['ro', 'rw'], ['rw', 'relatime']],
    ['nosuid, nodev, noexec', ['nosuid', 'nodev', 'noexec'], ['rw', 'nosuid', 'nodev', 'noexec', 'relatime']],
    ['their opposites afterwards', ['nosuid', 'suid', 'nodev', 'dev', 'noexec', 'exec'], ['rw', 'relatime']],
    ['noatime', ['noatime'], ['rw', 'noatime']],
    ['strictatime', ['strictatime'], ['rw']],
    ['nodiratime', ['nodiratime'], ['rw', 'nodiratime', 'relatime']],
    ['nosymfollow', ['nosymfollow'], ['rw', 'relatime', 'nosymfollow']],
    ['defaults', ['defaults'], ['rw', 'relatime']],
  ])('of a tmpfs with %s', (_, options, expected) => {
    expect(mounted(host(), { destination: '/m', type: 'tmpfs', options }).options).toEqual([...expected]);
  });

  test.each<[string, readonly string[]]>([
    ['size=64k', ['rw', 'size=64k']],
    ['nr_inodes=17', ['rw', 'nr_inodes=17']],
    ['mode=1700', ['rw', 'mode=1700']],
    ['uid=7,gid=8', ['rw', 'uid=7', 'gid=8']],
  ])('of a tmpfs with the data %s', (data, expected) => {
    const { superOptions } = mounted(host(), { destination: '/m', type: 'tmpfs', options: [data] });
    expect(superOptions.filter((option) => !/^(inode64|huge=)/.test(option))).toEqual([...expected]);
  });

  test('of a tmpfs that is read-only can have mount points inside all the same', () => {
    const text = host().output(`ls /m; touch /m/x 2>&1 || true; ${MOUNTINFO}`, {
      mounts: [
        ...MOUNTS,
        { destination: '/m', type: 'tmpfs', options: ['ro'] },
        { destination: '/m/inner', type: 'tmpfs' },
      ],
    });
    expect(text).toStartWith('inner\ntouch: /m/x: Read-only file system\n');
    expect(mountAt(text, '/m').options).toContain('ro');
    expect(mountAt(text, '/m/inner').options).toContain('rw');
  });

  test('of cgroup2 show the container its own cgroup', () => {
    const h = host();
    const cgroup = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'ro'] };
    const text = h.output(`cat /sys/fs/cgroup/cgroup.procs; mkdir /sys/fs/cgroup/x 2>&1 || true; ${MOUNTINFO}`, {
      mounts: [...MOUNTS, cgroup],
    });
    expect(text).toStartWith('1\n');
    expect(text).toContain('Read-only file system');
    expect(mountAt(text, '/sys/fs/cgroup')).toMatchObject({ type: 'cgroup2', root: '/' });
  });

  test('of cgroup2 without a cgroup namespace are the mount of the host', () => {
    const cgroup = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['ro'] };
    const namespaces = NAMESPACES.filter(({ type }) => type !== 'cgroup');
    const entry = mounted(host(), cgroup, { linux: { namespaces } });
    expect(entry.type).toBe('cgroup2');
    expect(entry.options).toContain('ro');
  });

  test('on targets that do not exist make them', () => {
    const h = host();
    const bundle = h.bundle({ mounts: [...MOUNTS, { destination: '/a/b/c', type: 'tmpfs' }] });
    expect(h.run(bundle)).toMatchObject({ status: 0 });
    for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(bundle, 'rootfs', path)).mode & 0o777).toBe(0o755);
  });

  test('on a path with `..`, doubled slashes, or without a leading slash stay inside', () => {
    const h = host();
    for (const destination of ['/../../m', '//m//', '/m/./', 'm']) {
      const bundle = h.script(MOUNTINFO, { mounts: [...MOUNTS, { destination, type: 'tmpfs' }] });
      const result = h.run(bundle);
      // A relative path is a warning's worth in older specifications, and an error nowhere.
      expect({ destination, ...result }).toMatchObject({ status: 0 });
      expect(mountAt(result.stdout, '/m').type).toBe('tmpfs');
      expect(existsSync(join(bundle, 'm'))).toBe(false);
    }
  });

  test('on a link go where it leads inside the root', () => {
    const h = host();
    const bundle = h.script(MOUNTINFO, { mounts: [...MOUNTS, { destination: '/link/below', type: 'tmpfs' }] });
    symlinkSync('/var', join(bundle, 'rootfs/link'));
    expect(mountAt(h.run(bundle).stdout, '/var/below').type).toBe('tmpfs');
  });

  test('over each other: the last one is seen', () => {
    const text = host().output('touch /m/x 2>/dev/null; ls /m', {
      mounts: [
        ...MOUNTS,
        { destination: '/m', type: 'tmpfs', options: ['size=64k'] },
        { destination: '/m/deep', type: 'tmpfs' },
        { destination: '/m', type: 'tmpfs', options: ['size=128k'] },
      ],
    });
    expect(text).toBe('x');
  });

  test('by the hundred work', () => {
    const many = Array.from({ length: 150 }, (_, index) => ({ destination: `/m/${index}`, type: 'tmpfs' }));
    expect(host().output('grep -c " /m/" /proc/self/mountinfo', { mounts: [...MOUNTS, ...many] })).toBe('150');
  });

  test.each<[string, Json, string]>([
    ['an unknown type', { destination: '/m', type: 'nosuchfs' }, 'the kernel does not know this file system type'],
    ['a wrong value', { destination: '/m', type: 'tmpfs', options: ['size=12q'] }, "Bad value for 'size'"],
    [
      'an unknown parameter',
      { destination: '/m', type: 'tmpfs', options: ['colour=red'] },
      "Unknown parameter 'colour'",
    ],
    ['a flag that is none', { destination: '/m', type: 'tmpfs', options: ['red'] }, "Unknown parameter 'red'"],
    ['a missing source', { destination: '/m', source: '/nonexistent', options: ['bind'] }, 'no such file or directory'],
    ['a target below a file', { destination: '/etc/passwd/m', type: 'tmpfs' }, 'not a directory'],
    ['a directory over a file', { destination: '/etc/passwd', source: '/tmp', options: ['bind'] }, 'not a directory'],
  ])('with %s are refused, naming the mount and saying what the kernel said', (_, mount, reason) => {
    const h = host();
    const bundle = h.bundle({ mounts: [...MOUNTS, mount] });
    const message = h.fail(['create', '--bundle', bundle, h.id()]);
    expect(message).toContain(`mounts[${MOUNTS.length}]`);
    expect(message).toContain(reason);
  });
});

hostTests('bind mounts', (host) => {
  /** A directory of the host with a file, and another mount below it, for as long as `work` takes. */
  function withTree(h: Host, work: (source: string) => void): void {
    const source = h.path('source');
    mkdirSync(join(source, 'below'), { recursive: true });
    writeFileSync(join(source, 'file'), 'on the host\n');
    expect(Bun.spawnSync(['mount', '-t', 'tmpfs', 'below', join(source, 'below')]).exitCode).toBe(0);
    writeFileSync(join(source, 'below/deep'), '');
    try {
      work(source);
    } finally {
      Bun.spawnSync(['umount', join(source, 'below')]);
    }
  }

  test('of a directory take it alone, or with rbind all that is mounted below it', () => {
    const h = host();
    withTree(h, (source) => {
      const list = (option: string) =>
        h.output('cat /m/file; ls /m/below', { mounts: [...MOUNTS, { destination: '/m', source, options: [option] }] });
      expect(list('bind')).toBe('on the host');
      expect(list('rbind')).toBe('on the host\ndeep');
    });
  });

  test('with flags change the mount inside and not that of the host', () => {
    const h = host();
    withTree(h, (source) => {
      const entry = (options: string[]) => {
        const text = h.output(MOUNTINFO, { mounts: [...MOUNTS, { destination: '/m', source, options }] });
        return [mountAt(text, '/m').options, parseMounts(text).find(({ point }) => point === '/m/below')?.options];
      };
      const [single, below] = entry(['rbind', 'ro', 'nosuid', 'nodev', 'noexec']);
      expect(single).toEqual(['ro', 'nosuid', 'nodev', 'noexec', 'relatime']);
      expect(below).toEqual(['rw', 'relatime']);
      const [top, deep] = entry(['rbind', 'rro', 'rnoexec']);
      expect(top).toEqual(['ro', 'noexec', 'relatime']);
      expect(deep).toEqual(['ro', 'noexec', 'relatime']);
      writeFileSync(join(source, 'file'), 'still writable\n');
      writeFileSync(join(source, 'below/deep'), 'still writable\n');
    });
  });

  test('of a file make a file as their target', () => {
    const h = host();
    const source = h.path('file');
    writeFileSync(source, 'content\n');
    const bundle = h.script('cat /a/new/file', {
      mounts: [...MOUNTS, { destination: '/a/new/file', source, options: ['bind', 'ro'] }],
    });
    expect(h.run(bundle)).toEqual({ status: 0, stdout: 'content\n', stderr: '' });
    expect(statSync(join(bundle, 'rootfs/a/new/file')).isFile()).toBe(true);
  });

  test('of a relative source start at the bundle', () => {
    const h = host();
    const bundle = h.script('cat /m/file', {
      mounts: [...MOUNTS, { destination: '/m', type: 'none', source: 'data', options: ['bind'] }],
    });
    mkdirSync(join(bundle, 'data'));
    writeFileSync(join(bundle, 'data/file'), 'beside config.json\n');
    expect(h.run(bundle)).toEqual({ status: 0, stdout: 'beside config.json\n', stderr: '' });
  });

  test('can be written to, and what is written is on the host', () => {
    const h = host();
    const source = h.path('source');
    mkdirSync(source);
    h.output('echo x > /m/new', { mounts: [...MOUNTS, { destination: '/m', source, options: ['bind'] }] });
    expect(readdirSync(source)).toEqual(['new']);
  });

  test.each<[string, readonly string[]]>([
    ['private', []],
    ['slave', ['master:']],
    ['shared', ['shared:', 'master:']],
    ['unbindable', ['unbindable']],
  ])('with the propagation %s have it', (propagation, expected) => {
    const h = host();
    const source = h.path('source');
    mkdirSync(source);
    // A slave needs a master: the mount of the host is made shared.
    expect(
      Bun.spawnSync(['sh', '-c', `mount --bind ${source} ${source} && mount --make-shared ${source}`]).exitCode,
    ).toBe(0);
    try {
      const entry = mounted(h, { destination: '/m', source, options: ['bind', propagation] });
      expect(entry.propagation.map((field) => field.replace(/\d+$/, ''))).toEqual([...expected]);
    } finally {
      Bun.spawnSync(['umount', source]);
    }
  });
});
