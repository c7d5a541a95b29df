import { describe, expect, test } from 'bun:test';
import * as kernel from '../../../native-bindings/kernel/mount.ts';
import { knownMountOptions, parseMountOptions, UNSUPPORTED_OPTIONS } from './options.ts';

const NOTHING = {
  bind: false,
  recursiveBind: false,
  set: 0,
  clear: 0,
  recursiveSet: 0,
  recursiveClear: 0,
  propagation: [],
  superblock: [],
  data: [],
};

/** Option, attribute bits that it sets, bits that it clears. */
const ATTRIBUTES: readonly (readonly [string, number, number])[] = [
  ['ro', kernel.MOUNT_ATTR_RDONLY, 0],
  ['rw', 0, kernel.MOUNT_ATTR_RDONLY],
  ['nosuid', kernel.MOUNT_ATTR_NOSUID, 0],
  ['suid', 0, kernel.MOUNT_ATTR_NOSUID],
  ['nodev', kernel.MOUNT_ATTR_NODEV, 0],
  ['dev', 0, kernel.MOUNT_ATTR_NODEV],
  ['noexec', kernel.MOUNT_ATTR_NOEXEC, 0],
  ['exec', 0, kernel.MOUNT_ATTR_NOEXEC],
  ['nodiratime', kernel.MOUNT_ATTR_NODIRATIME, 0],
  ['diratime', 0, kernel.MOUNT_ATTR_NODIRATIME],
  ['nosymfollow', kernel.MOUNT_ATTR_NOSYMFOLLOW, 0],
  ['symfollow', 0, kernel.MOUNT_ATTR_NOSYMFOLLOW],
  ['noatime', kernel.MOUNT_ATTR_NOATIME, kernel.MOUNT_ATTR__ATIME],
  ['atime', kernel.MOUNT_ATTR_RELATIME, kernel.MOUNT_ATTR__ATIME],
  ['relatime', kernel.MOUNT_ATTR_RELATIME, kernel.MOUNT_ATTR__ATIME],
  ['norelatime', kernel.MOUNT_ATTR_RELATIME, kernel.MOUNT_ATTR__ATIME],
  ['strictatime', kernel.MOUNT_ATTR_STRICTATIME, kernel.MOUNT_ATTR__ATIME],
  ['nostrictatime', kernel.MOUNT_ATTR_RELATIME, kernel.MOUNT_ATTR__ATIME],
];

const PROPAGATION: readonly (readonly [string, number, boolean])[] = [
  ['private', kernel.MS_PRIVATE, false],
  ['rprivate', kernel.MS_PRIVATE, true],
  ['shared', kernel.MS_SHARED, false],
  ['rshared', kernel.MS_SHARED, true],
  ['slave', kernel.MS_SLAVE, false],
  ['rslave', kernel.MS_SLAVE, true],
  ['unbindable', kernel.MS_UNBINDABLE, false],
  ['runbindable', kernel.MS_UNBINDABLE, true],
];
const SUPERBLOCK = ['sync', 'async', 'dirsync', 'lazytime', 'nolazytime', 'mand', 'nomand'];
const NEUTRAL = ['defaults', 'silent', 'loud'];

describe('each option', () => {
  test.each(ATTRIBUTES.map((row) => [...row]))('%s', (option, set, clear) => {
    expect(parseMountOptions([option as string])).toEqual({ ...NOTHING, set: set as number, clear: clear as number });
  });

  test.each(ATTRIBUTES.map((row) => [...row]))('r%s, for the whole tree', (option, set, clear) => {
    const parsed = parseMountOptions([`r${option}`]);
    expect(parsed).toEqual({ ...NOTHING, recursiveSet: set as number, recursiveClear: clear as number });
  });

  test.each(PROPAGATION.map((row) => [...row]))('%s', (name, flag, recursive) => {
    const propagation = [{ name: name as string, flag: flag as number, recursive: recursive as boolean }];
    expect(parseMountOptions([name as string])).toEqual({ ...NOTHING, propagation });
  });

  test.each(SUPERBLOCK)('%s concerns the superblock', (option) => {
    expect(parseMountOptions([option])).toEqual({ ...NOTHING, superblock: [option] });
  });

  test.each([...NEUTRAL, ''])('%p says nothing', (option) => {
    expect(parseMountOptions([option])).toEqual(NOTHING);
  });

  test('bind and rbind', () => {
    expect(parseMountOptions(['bind'])).toEqual({ ...NOTHING, bind: true });
    expect(parseMountOptions(['rbind'])).toEqual({ ...NOTHING, bind: true, recursiveBind: true });
    expect(parseMountOptions(['rbind', 'bind'])).toEqual({ ...NOTHING, bind: true, recursiveBind: true });
  });

  test.each(['size=64k', 'newinstance', 'gid=5', 'toString', 'constructor', 'hasOwnProperty', '__proto__'])(
    '%s is for the file system',
    (option) => {
      expect(parseMountOptions([option])).toEqual({ ...NOTHING, data: [option] });
    },
  );
});

describe('several options', () => {
  test('the later one wins', () => {
    expect(parseMountOptions(['ro', 'rw'])).toMatchObject({ set: 0, clear: kernel.MOUNT_ATTR_RDONLY });
    expect(parseMountOptions(['rw', 'ro'])).toMatchObject({ set: kernel.MOUNT_ATTR_RDONLY, clear: 0 });
    expect(parseMountOptions(['rro', 'rrw'])).toMatchObject({
      recursiveSet: 0,
      recursiveClear: kernel.MOUNT_ATTR_RDONLY,
    });
    expect(parseMountOptions(['nosuid', 'noexec', 'exec'])).toMatchObject({
      set: kernel.MOUNT_ATTR_NOSUID,
      clear: kernel.MOUNT_ATTR_NOEXEC,
    });
  });

  test('the tree and the mount do not touch each other', () => {
    expect(parseMountOptions(['ro', 'rrw'])).toMatchObject({
      set: kernel.MOUNT_ATTR_RDONLY,
      clear: 0,
      recursiveSet: 0,
      recursiveClear: kernel.MOUNT_ATTR_RDONLY,
    });
  });

  test('access times are one field, of which the last one stays', () => {
    const modes = {
      noatime: kernel.MOUNT_ATTR_NOATIME,
      strictatime: kernel.MOUNT_ATTR_STRICTATIME,
      relatime: kernel.MOUNT_ATTR_RELATIME,
    };
    for (const first of Object.keys(modes)) {
      for (const [last, bits] of Object.entries(modes)) {
        const { set, clear } = parseMountOptions([first, 'nodiratime', last]);
        expect(set & kernel.MOUNT_ATTR__ATIME).toBe(bits);
        expect(clear & kernel.MOUNT_ATTR__ATIME).toBe(kernel.MOUNT_ATTR__ATIME);
        expect(set & kernel.MOUNT_ATTR_NODIRATIME).toBe(kernel.MOUNT_ATTR_NODIRATIME);
      }
    }
  });

  test('propagation and data keep their order; data with commas is several', () => {
    const parsed = parseMountOptions(['rslave', 'size=1k,,mode=755', 'shared', 'nr_inodes=2']);
    expect(parsed.propagation.map(({ name }) => name)).toEqual(['rslave', 'shared']);
    expect(parsed.data).toEqual(['size=1k', 'mode=755', 'nr_inodes=2']);
  });
});

describe('the list for `features`', () => {
  test('holds every option of this test, sorted, each once', () => {
    const all = [
      'bind',
      'rbind',
      ...ATTRIBUTES.flatMap(([option]) => [option, `r${option}`]),
      ...PROPAGATION.map(([option]) => option),
      ...SUPERBLOCK,
      ...NEUTRAL,
    ];
    expect(knownMountOptions()).toEqual([...new Set(all)].sort());
  });

  test('holds nothing that is refused', () => {
    expect(knownMountOptions().filter((option) => UNSUPPORTED_OPTIONS.has(option))).toEqual([]);
  });
});
