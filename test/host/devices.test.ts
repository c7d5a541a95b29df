import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOUNTS } from '../support/config.ts';
import { hostTests } from '../support/host.ts';

const NAMES = 'null zero full random urandom tty';
/** Without the tmpfs on /dev and what lies in it. */
const NO_DEV = MOUNTS.filter(({ destination }) => !String(destination).startsWith('/dev'));
const WITH = (...capabilities: string[]) => ({
  process: { capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities } },
});

hostTests('default devices', (host) => {
  test('are character devices for everybody with the right numbers', () => {
    expect(host().output(`cd /dev; stat -c '%n %F %a %t:%T %u:%g' ${NAMES}`).split('\n')).toEqual([
      'null character special file 666 1:3 0:0',
      'zero character special file 666 1:5 0:0',
      'full character special file 666 1:7 0:0',
      'random character special file 666 1:8 0:0',
      'urandom character special file 666 1:9 0:0',
      'tty character special file 666 5:0 0:0',
    ]);
  });

  test('can be used', () => {
    const text = host().output(
      'echo x > /dev/null; cat /dev/null; head -c 5 /dev/zero | wc -c; head -c 5 /dev/random | wc -c; head -c 5 /dev/urandom | wc -c; (echo x > /dev/full) 2>&1 | grep -o "No space left.*"; (: < /dev/tty) 2>&1 | grep -o "No such device.*"',
    );
    expect(text).toBe('5\n5\n5\nNo space left on device\nNo such device or address');
  });

  test('have their links beside them', () => {
    const links = host().output(
      'cd /dev; for l in fd stdin stdout stderr ptmx; do readlink $l; done; [ ! -e /proc/kcore ] || readlink core',
    );
    expect(links.split('\n').slice(0, 5)).toEqual([
      '/proc/self/fd',
      '/proc/self/fd/0',
      '/proc/self/fd/1',
      '/proc/self/fd/2',
      'pts/ptmx',
    ]);
    if (existsSync('/proc/kcore')) expect(links).toEndWith('\n/proc/kcore');
  });

  test('open a terminal of the container through ptmx', () => {
    expect(host().output('exec 3<>/dev/ptmx; ls /dev/pts')).toBe('0\nptmx');
  });

  test('are made in the image where no file system is mounted on /dev, and stay there', () => {
    const h = host();
    const bundle = h.script(`cd /dev; stat -c %t:%T ${NAMES}`, { mounts: NO_DEV });
    for (let round = 0; round < 2; round++) {
      expect(h.run(bundle)).toMatchObject({ status: 0, stdout: '1:3\n1:5\n1:7\n1:8\n1:9\n5:0\n', stderr: '' });
    }
  });

  test('are made where the image has no /dev at all', () => {
    const h = host();
    const bundle = h.script('echo x > /dev/null && echo works', { mounts: NO_DEV });
    Bun.spawnSync(['rmdir', join(bundle, 'rootfs/dev')]);
    expect(h.run(bundle)).toMatchObject({ status: 0, stdout: 'works\n' });
  });

  test('are not made in a /dev that config.json binds', () => {
    const h = host();
    const source = h.path('dev');
    mkdirSync(source);
    writeFileSync(join(source, 'mine'), '');
    const text = h.output('ls /dev', {
      mounts: [...NO_DEV, { destination: '/dev', source, options: ['bind'] }],
      linux: { maskedPaths: [] },
    });
    expect(text).toBe('mine');
  });

  test.each<[string, (dev: string) => void]>([
    ['a file', (dev) => writeFileSync(join(dev, 'null'), '')],
    ['a link', (dev) => symlinkSync('/etc/passwd', join(dev, 'null'))],
    ['a directory', (dev) => mkdirSync(join(dev, 'null'))],
    ['a FIFO', (dev) => Bun.spawnSync(['mkfifo', join(dev, 'null')])],
    ['another device', (dev) => Bun.spawnSync(['mknod', join(dev, 'null'), 'c', '1', '5'])],
    ['a block device of the same numbers', (dev) => Bun.spawnSync(['mknod', join(dev, 'null'), 'b', '1', '3'])],
  ])('are refused where the image has %s of the name of one', (_, make) => {
    const h = host();
    const bundle = h.bundle({ mounts: NO_DEV });
    make(join(bundle, 'rootfs/dev'));
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('/dev/null');
  });
});

/** Rules of linux.resources.devices. */
const DENY_ALL = { allow: false, access: 'rwm' };
/** Tries to make and to read a device, here the null device under another name. */
const TRY =
  'rm -f /tmp/d; mknod /tmp/d c 1 11 2>/dev/null && echo made; head -c 0 /tmp/d 2>/dev/null && echo read; true';

hostTests('device rules', (host) => {
  // Reading /dev/kmsg may need CAP_SYSLOG.
  test.each<[string, readonly object[], string]>([
    ['nothing but the defaults', [DENY_ALL], 'made'],
    ['one device', [DENY_ALL, { allow: true, type: 'c', major: 1, minor: 11, access: 'rwm' }], 'made\nread'],
    ['all of a major number', [DENY_ALL, { allow: true, type: 'c', major: 1, access: 'r' }], 'made\nread'],
    ['everything', [{ allow: true, access: 'rwm' }], 'made\nread'],
    ['everything without a word about it', [], 'made\nread'],
    [
      'everything but one',
      [
        { allow: true, type: 'a', access: 'rwm' },
        { allow: false, type: 'c', major: 1, minor: 11, access: 'r' },
      ],
      'made',
    ],
  ])('allow %s', (_, devices, expected) => {
    const text = host().output(TRY, { ...WITH('CAP_MKNOD', 'CAP_SYSLOG'), linux: { resources: { devices } } });
    expect(text).toBe(expected);
  });

  test('never take the default devices away', () => {
    const text = host().output('echo x >/dev/null; head -c 1 /dev/zero | wc -c; exec 3<>/dev/ptmx; echo ok', {
      linux: { resources: { devices: [DENY_ALL] } },
    });
    expect(text).toBe('1\nok');
  });
});
