import {
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NOSYMFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_RELATIME,
  MOUNT_ATTR_STRICTATIME,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from '../../../native-bindings/kernel/mount.ts';

/** What an option does to the attributes of the mount (mount_setattr(2)): bits to set and bits to clear. */
interface Attribute {
  readonly set: number;
  readonly clear: number;
}

const on = (bits: number): Attribute => ({ set: bits, clear: 0 });
const off = (bits: number): Attribute => ({ set: 0, clear: bits });
/** The access time modes are one field: the whole field is cleared before one is set. */
const atime = (mode: number): Attribute => ({ set: mode, clear: MOUNT_ATTR__ATIME });

/** Options that are attributes of one mount. With an `r` before the name they apply to the whole tree. */
const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  ro: on(MOUNT_ATTR_RDONLY),
  rw: off(MOUNT_ATTR_RDONLY),
  nosuid: on(MOUNT_ATTR_NOSUID),
  suid: off(MOUNT_ATTR_NOSUID),
  nodev: on(MOUNT_ATTR_NODEV),
  dev: off(MOUNT_ATTR_NODEV),
  noexec: on(MOUNT_ATTR_NOEXEC),
  exec: off(MOUNT_ATTR_NOEXEC),
  nodiratime: on(MOUNT_ATTR_NODIRATIME),
  diratime: off(MOUNT_ATTR_NODIRATIME),
  nosymfollow: on(MOUNT_ATTR_NOSYMFOLLOW),
  symfollow: off(MOUNT_ATTR_NOSYMFOLLOW),
  noatime: atime(MOUNT_ATTR_NOATIME),
  atime: atime(MOUNT_ATTR_RELATIME),
  relatime: atime(MOUNT_ATTR_RELATIME),
  norelatime: atime(MOUNT_ATTR_RELATIME),
  strictatime: atime(MOUNT_ATTR_STRICTATIME),
  nostrictatime: atime(MOUNT_ATTR_RELATIME),
};

/** Options of the superblock: fsconfig(2) takes them by these names (vfs_parse_sb_flag). */
const SUPERBLOCK: ReadonlySet<string> = new Set([
  'sync',
  'async',
  'dirsync',
  'lazytime',
  'nolazytime',
  'mand',
  'nomand',
]);

const PROPAGATION: Readonly<Record<string, { readonly flag: number; readonly recursive: boolean }>> = {
  private: { flag: MS_PRIVATE, recursive: false },
  rprivate: { flag: MS_PRIVATE, recursive: true },
  shared: { flag: MS_SHARED, recursive: false },
  rshared: { flag: MS_SHARED, recursive: true },
  slave: { flag: MS_SLAVE, recursive: false },
  rslave: { flag: MS_SLAVE, recursive: true },
  unbindable: { flag: MS_UNBINDABLE, recursive: false },
  runbindable: { flag: MS_UNBINDABLE, recursive: true },
};

/** Options that say nothing on their own. */
const NEUTRAL: ReadonlySet<string> = new Set(['defaults', 'silent', 'loud']);

/** Options of the specification that ocirun refuses by name, since passing them on as data would be ignoring them. */
export const UNSUPPORTED_OPTIONS: ReadonlySet<string> = new Set([
  'remount',
  'iversion',
  'noiversion',
  'tmpcopyup',
  'idmap',
  'ridmap',
  'copy-symlink',
  'src-nofollow',
  'dest-nofollow',
]);

export interface MountOptions {
  readonly bind: boolean;
  readonly recursiveBind: boolean;
  readonly set: number;
  readonly clear: number;
  readonly recursiveSet: number;
  readonly recursiveClear: number;
  /** Propagation types in the order of the options; each is applied by a call of its own. */
  readonly propagation: readonly { readonly name: string; readonly flag: number; readonly recursive: boolean }[];
  /** Flags of the superblock, by name. */
  readonly superblock: readonly string[];
  /** What only the file system understands: `size=64k`, `newinstance`. */
  readonly data: readonly string[];
}

/** Every option that ocirun gives a meaning, sorted: the `mountOptions` of `features`. */
export function knownMountOptions(): string[] {
  const recursive = Object.keys(ATTRIBUTES).map((name) => `r${name}`);
  return [
    ...new Set([
      'bind',
      'rbind',
      ...Object.keys(ATTRIBUTES),
      ...recursive,
      ...SUPERBLOCK,
      ...Object.keys(PROPAGATION),
      ...NEUTRAL,
    ]),
  ].sort();
}

/** Sorts the options of a mount by what they concern. Later options win over earlier ones, as with mount(8). */
export function parseMountOptions(options: readonly string[]): MountOptions {
  let [set, clear, recursiveSet, recursiveClear] = [0, 0, 0, 0];
  const result = {
    bind: false,
    recursiveBind: false,
    propagation: [] as { name: string; flag: number; recursive: boolean }[],
    superblock: [] as string[],
    data: [] as string[],
  };
  for (const option of options) {
    const single = entry(ATTRIBUTES, option);
    const tree = option.startsWith('r') ? entry(ATTRIBUTES, option.slice(1)) : undefined;
    const propagation = entry(PROPAGATION, option);
    if (option === 'bind' || option === 'rbind') {
      result.bind = true;
      result.recursiveBind ||= option === 'rbind';
    } else if (single) {
      set = (set & ~single.clear) | single.set;
      clear = (clear & ~single.set) | single.clear;
    } else if (tree) {
      recursiveSet = (recursiveSet & ~tree.clear) | tree.set;
      recursiveClear = (recursiveClear & ~tree.set) | tree.clear;
    } else if (propagation) result.propagation.push({ name: option, ...propagation });
    else if (SUPERBLOCK.has(option)) result.superblock.push(option);
    else if (!NEUTRAL.has(option) && option !== '')
      result.data.push(...option.split(',').filter((part) => part !== ''));
  }
  return { ...result, set, clear, recursiveSet, recursiveClear };
}

/** An option called `constructor` is not in any table. */
function entry<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
