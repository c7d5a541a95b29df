import { expect, test } from 'bun:test';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOUNTS } from '../support/config.ts';
import { hostTests } from '../support/host.ts';
import { mountAt } from '../support/mount-entry.ts';

hostTests('the root file system', (host) => {
  test('is all that the container sees of the host', () => {
    const h = host();
    const text = h.output('ls /; cd /..; pwd; ls ..; cat /proc/self/mountinfo');
    const listing = readdirSync(
      join(h.base, readdirSync(h.base).find((name) => name.startsWith('bundle')) ?? '', 'rootfs'),
    );
    expect(text).toStartWith(`${listing.sort().join('\n')}\n/\n${listing.join('\n')}\n`);
    expect(text).not.toContain('ext4 /dev/vda rw / ');
    expect(mountAt(text, '/').root).toEndWith('rootfs');
  });

  test('can be written to unless it is read-only', () => {
    const h = host();
    expect(h.output('touch /new && echo written')).toBe('written');
    const text = h.output(
      'touch /new 2>&1 || touch /tmp/new 2>&1 || touch /dev/shm/new && echo writable; cat /proc/self/mountinfo',
      {
        root: { readonly: true },
      },
    );
    expect(text).toStartWith('touch: /new: Read-only file system\ntouch: /tmp/new: Read-only file system\nwritable\n');
    expect(mountAt(text, '/').options).toContain('ro');
  });

  test('that is read-only gets its mount points, devices and working directory all the same', () => {
    const text = host().output('pwd; ls /made; echo x >/dev/null', {
      root: { readonly: true },
      process: { cwd: '/new/cwd' },
      mounts: [...MOUNTS, { destination: '/made/here', type: 'tmpfs' }],
    });
    expect(text).toBe('/new/cwd\nhere');
  });

  test('may be named by an absolute path', () => {
    const h = host();
    const other = h.bundle();
    const bundle = h.script('echo works', { root: { path: join(other, 'rootfs') } });
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: 'works\n' });
  });

  test('may be a link on the host', () => {
    const h = host();
    const bundle = h.script('echo works', { root: { path: 'link' } });
    symlinkSync('rootfs', join(bundle, 'link'));
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: 'works\n' });
  });

  test.each(['private', 'rprivate', 'slave', 'rslave'])('with the propagation "%s" works', (rootfsPropagation) => {
    expect(host().output('echo works', { linux: { rootfsPropagation } })).toBe('works');
  });

  test('entered with --no-pivot hides the host', () => {
    const h = host();
    // The host's / and the container's lie on top of each other: the moved one is what is seen.
    const text = h.output('ls /; ls /..; cat /proc/self/mountinfo', {}, ['--no-pivot']);
    expect(text).toStartWith('bin\ndev\netc\n');
    expect(text).not.toContain('/work');
  });
});

hostTests('masked paths', (host) => {
  test('are empty: directories and files, also those that the image brings', () => {
    const h = host();
    const bundle = h.script(
      'ls -A /dir /sys/firmware; cat /file /proc/cmdline /proc/keys; echo x > /file; touch /dir/x 2>&1 || true; cat /proc/self/mountinfo',
      {
        linux: {
          maskedPaths: ['/dir', '/file', '/sys/firmware', '/proc/cmdline', '/proc/keys', '/missing', '/etc/passwd/x'],
        },
      },
    );
    mkdirSync(join(bundle, 'rootfs/dir'));
    writeFileSync(join(bundle, 'rootfs/dir/secret'), 'secret');
    writeFileSync(join(bundle, 'rootfs/file'), 'secret');
    const { status, stdout, stderr } = h.run(bundle);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toStartWith('/dir:\n\n/sys/firmware:\ntouch: /dir/x: Read-only file system\n');
    expect(stdout).not.toContain('secret');
    expect(mountAt(stdout, '/dir')).toMatchObject({
      type: 'tmpfs',
      options: ['ro', 'nosuid', 'nodev', 'noexec', 'relatime'],
    });
    expect(mountAt(stdout, '/file').root).toBe('/null');
    expect(readdirSync(join(bundle, 'rootfs'))).not.toContain('missing');
  });

  test('of directories share one tmpfs, however many there are', () => {
    const h = host();
    const paths = Array.from({ length: 60 }, (_, index) => `/dirs/${index}`);
    const bundle = h.script('grep " /dirs/" /proc/self/mountinfo', { linux: { maskedPaths: paths } });
    for (const path of paths) mkdirSync(join(bundle, 'rootfs', path), { recursive: true });
    const lines = h.run(bundle).stdout.trim().split('\n');
    expect(lines).toHaveLength(60);
    expect(new Set(lines.map((line) => line.split(' ')[2])).size).toBe(1);
  });

  test('that are links mask what the link leads to', () => {
    const h = host();
    const bundle = h.script('cat /secret', { linux: { maskedPaths: ['/link'] } });
    writeFileSync(join(bundle, 'rootfs/secret'), 'secret');
    symlinkSync('/secret', join(bundle, 'rootfs/link'));
    expect(h.run(bundle)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('twice are no failure', () => {
    expect(
      host().output('cat /proc/cmdline', {
        linux: { maskedPaths: ['/proc/cmdline', '/proc/cmdline', '/proc//cmdline'] },
      }),
    ).toBe('');
  });
});

hostTests('read-only paths', (host) => {
  test('cannot be written to: directories, files, and what is mounted below', () => {
    const h = host();
    const bundle = h.script('for f in /dir/x /dir/below/x /file; do echo x > $f; done; cat /proc/self/mountinfo', {
      mounts: [...MOUNTS, { destination: '/dir/below', type: 'tmpfs' }],
      linux: { readonlyPaths: ['/dir', '/file', '/missing', '/proc/sys'] },
    });
    mkdirSync(join(bundle, 'rootfs/dir'));
    writeFileSync(join(bundle, 'rootfs/file'), 'text');
    const { stdout, stderr } = h.run(bundle);
    expect(stderr.trim().split('\n')).toEqual(
      ['/dir/x', '/dir/below/x', '/file'].map((path) => `sh: can't create ${path}: Read-only file system`),
    );
    expect(mountAt(stdout, '/proc/sys').options).toEqual(['ro', 'relatime']);
    expect(mountAt(stdout, '/dir').options).toContain('ro');
    expect(mountAt(stdout, '/dir/below').options).toContain('ro');
  });

  test('keep the flags of the mount that they lie on', () => {
    const text = host().output('cat /proc/self/mountinfo', {
      mounts: [...MOUNTS, { destination: '/m', type: 'tmpfs', options: ['nosuid', 'nodev', 'noexec'] }],
      linux: { readonlyPaths: ['/m'] },
    });
    expect(mountAt(text, '/m').options).toEqual(['ro', 'nosuid', 'nodev', 'noexec', 'relatime']);
  });
});
