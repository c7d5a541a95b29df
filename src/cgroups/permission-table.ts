import { CgroupError } from './cgroup-error.ts';
import type { DeviceRule } from './device-rules.ts';
import { ALL_ACCESS, MAX_MAJOR, MAX_MINOR, MKNOD, READ, WRITE } from './device-rules.ts';

/**
 * An ordered list of rules, resolved: the order is gone, and a look-up takes the first of `exact`, `majors`, `minors`,
 * `everything` that knows the device. Values are permission bits.
 */
export interface TypePermissions {
  /** By `deviceKey`. */
  readonly exact: ReadonlyMap<number, number>;
  readonly majors: ReadonlyMap<number, number>;
  readonly minors: ReadonlyMap<number, number>;
  readonly everything: number;
}

export interface PermissionTable {
  readonly b: TypePermissions;
  readonly c: TypePermissions;
}

/** A device's numbers in one: 12 bits of major and 20 bits of minor number fill an unsigned 32-bit word. */
export const deviceKey = (major: number, minor: number): number => major * (MAX_MINOR + 1) + minor;

/**
 * The most cells that a table may have. The kernel takes programs of up to 1,000,000 instructions (linux/bpf.h,
 * BPF_COMPLEXITY_LIMIT_INSNS), and a cell becomes three or four of them.
 */
const MAX_CELLS = 250_000;

/** Resolves the rules. @throws {CgroupError} when they concern too many different devices */
export function permissionTable(rules: readonly DeviceRule[]): PermissionTable {
  return { b: resolve(rules, 'b'), c: resolve(rules, 'c') };
}

/** True when the rules deny nothing to anybody. */
export function allowsEverything(table: PermissionTable): boolean {
  return [table.b, table.c].every(({ exact, majors, minors, everything }) =>
    [everything, ...majors.values(), ...minors.values(), ...exact.values()].every((bits) => bits === ALL_ACCESS),
  );
}

/**
 * For each permission the last rule that set it, as 2 * position + (allow ? 1 : 0): of several, the greatest is the
 * one that counts, and it allows when it is odd. 0, which no rule has, denies.
 */
type LastRules = readonly [mknod: number, read: number, write: number];
const NO_RULE: LastRules = [0, 0, 0];

function resolve(rules: readonly DeviceRule[], type: 'b' | 'c'): TypePermissions {
  const lastExact = new Map<number, LastRules>();
  const lastMajor = new Map<number, LastRules>();
  const lastMinor = new Map<number, LastRules>();
  let lastEverything = NO_RULE;
  for (const [index, rule] of rules.entries()) {
    if (rule.type !== 'a' && rule.type !== type) continue;
    const { major, minor } = rule;
    // No device can have greater numbers than the kernel has bits for: such a rule matches nothing.
    if ((major ?? 0) > MAX_MAJOR || (minor ?? 0) > MAX_MINOR) continue;
    const code = 2 * (index + 1) + (rule.allow ? 1 : 0);
    if (major === undefined && minor === undefined) lastEverything = record(lastEverything, rule.access, code);
    else {
      const [map, key] =
        minor === undefined
          ? [lastMajor, major ?? 0]
          : major === undefined
            ? [lastMinor, minor]
            : [lastExact, deviceKey(major, minor)];
      map.set(key, record(map.get(key) ?? NO_RULE, rule.access, code));
    }
  }

  const everything = permissions(lastEverything);
  const majors = mapValues(lastMajor, (last) => permissions(last, lastEverything));
  const minors = mapValues(lastMinor, (last) => permissions(last, lastEverything));
  // A device that both a rule for its major and one for its minor number match needs a cell of its own.
  refuseAbove(lastExact.size + lastMajor.size * lastMinor.size + lastMajor.size + lastMinor.size);
  const keys = new Set(lastExact.keys());
  for (const major of lastMajor.keys()) for (const minor of lastMinor.keys()) keys.add(deviceKey(major, minor));

  const exact = new Map<number, number>();
  for (const key of keys) {
    const major = Math.floor(key / (MAX_MINOR + 1));
    const minor = key % (MAX_MINOR + 1);
    const of = [lastExact.get(key), lastMajor.get(major), lastMinor.get(minor), lastEverything];
    const bits = permissions(...of.map((last) => last ?? NO_RULE));
    if (bits !== (majors.get(major) ?? minors.get(minor) ?? everything)) exact.set(key, bits);
  }
  return { exact, majors, minors, everything };
}

function record([mknod, read, write]: LastRules, access: number, code: number): LastRules {
  return [access & MKNOD ? code : mknod, access & READ ? code : read, access & WRITE ? code : write];
}

function permissions(...lasts: LastRules[]): number {
  let bits = 0;
  for (const [index, bit] of [MKNOD, READ, WRITE].entries()) {
    if (Math.max(...lasts.map((last) => last[index] ?? 0)) % 2 === 1) bits |= bit;
  }
  return bits;
}

function mapValues(map: ReadonlyMap<number, LastRules>, change: (last: LastRules) => number): Map<number, number> {
  return new Map([...map].map(([key, last]) => [key, change(last)]));
}

function refuseAbove(cells: number): void {
  if (cells <= MAX_CELLS) return;
  throw new CgroupError(
    `linux.resources.devices: the rules tell ${cells} kinds of devices apart, at most ${MAX_CELLS} fit into an eBPF ` +
      'program; use rules with -1 as minor number',
    { configPath: 'linux.resources.devices' },
  );
}
