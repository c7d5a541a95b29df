import * as clone from '../../../native-bindings/kernel/clone.ts';
import * as mount from '../../../native-bindings/kernel/mount.ts';
import * as open from '../../../native-bindings/kernel/open.ts';
import * as prctl from '../../../native-bindings/kernel/prctl.ts';

/** Names of flag bits, in the order in which they are printed. */
export type FlagTable = readonly (readonly [string, number])[];

/** The constants of a module that match: found when they are asked for, which only plans for people and errors do. */
const pick = (source: Readonly<Record<string, unknown>>, filter: RegExp) => (): FlagTable =>
  Object.entries(source).filter(
    (entry): entry is [string, number] => filter.test(entry[0]) && typeof entry[1] === 'number' && entry[1] > 0,
  );

export const CLONE_FLAGS = pick(clone, /^CLONE_/);
export const OPEN_FLAGS = pick(open, /^O_(?!RDONLY)/);
export const RESOLVE_FLAGS = pick(open, /^RESOLVE_/);
export const AT_FLAGS = (): FlagTable => [
  ['AT_SYMLINK_NOFOLLOW', open.AT_SYMLINK_NOFOLLOW],
  ['AT_EMPTY_PATH', open.AT_EMPTY_PATH],
  ['AT_RECURSIVE', open.AT_RECURSIVE],
];
export const OPEN_TREE_FLAGS = (): FlagTable => [...pick(mount, /^OPEN_TREE_/)(), ...AT_FLAGS()];
export const MOVE_MOUNT_FLAGS = pick(mount, /^MOVE_MOUNT_/);
export const MOUNT_ATTR_FLAGS = pick(mount, /^MOUNT_ATTR_(?!_ATIME|RELATIME)/);
export const PROPAGATION_FLAGS = pick(mount, /^MS_/);
export const FSCONFIG_COMMANDS = pick(mount, /^FSCONFIG_/);
export const PRCTL_OPTIONS = (): FlagTable => [
  ...pick(prctl, /^PR_(?!CAP_AMBIENT_)/)(),
  ['PR_SET_NO_NEW_PRIVS', prctl.PR_SET_NO_NEW_PRIVS],
];
export const PR_CAP_AMBIENT_OPTIONS = pick(prctl, /^PR_CAP_AMBIENT_/);

/** Flag bits by name, `A|B|0x40`. */
export function showFlags(value: number | bigint, table: () => FlagTable): string {
  let rest = BigInt(value);
  const names: string[] = [];
  for (const [name, bits] of table()) {
    const mask = BigInt(bits);
    if ((rest & mask) === mask && mask !== 0n) {
      names.push(name);
      rest &= ~mask;
    }
  }
  if (rest !== 0n || names.length === 0) names.push(rest === 0n ? '0' : `0x${rest.toString(16)}`);
  return names.join('|');
}

/** A value out of an enumeration by name. */
export function showEnum(value: number | bigint, table: () => FlagTable): string {
  return table().find(([, number]) => BigInt(number) === BigInt(value))?.[0] ?? String(value);
}
