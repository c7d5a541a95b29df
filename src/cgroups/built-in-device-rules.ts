import type { DeviceRule } from './device-rules.ts';
import { ALL_ACCESS, MKNOD } from './device-rules.ts';
import { permissionTable } from './permission-table.ts';

type BuiltInRule = DeviceRule & { readonly type: 'b' | 'c' };

/**
 * What every container may use whatever its list says: making device nodes (which gives no access to the device),
 * the devices that every container has, pseudo terminals and tun.
 */
const BUILT_IN: readonly { rule: BuiltInRule; path?: string }[] = [
  { rule: allow('c', undefined, undefined, MKNOD) },
  { rule: allow('b', undefined, undefined, MKNOD) },
  { rule: allow('c', 1, 3), path: '/dev/null' },
  { rule: allow('c', 1, 5), path: '/dev/zero' },
  { rule: allow('c', 1, 7), path: '/dev/full' },
  { rule: allow('c', 1, 8), path: '/dev/random' },
  { rule: allow('c', 1, 9), path: '/dev/urandom' },
  { rule: allow('c', 5, 0), path: '/dev/tty' },
  { rule: allow('c', 136, undefined) },
  { rule: allow('c', 5, 2) },
  { rule: allow('c', 10, 200) },
];

function allow(type: 'b' | 'c', major?: number, minor?: number, access = ALL_ACCESS): BuiltInRule {
  return { allow: true, type, major, minor, access };
}

/**
 * Appends the rules that every container has.
 * @param listedPaths the `path`s of `linux.devices`: a default device that config.json lists itself gets no rule here
 */
export function withBuiltInRules(rules: readonly DeviceRule[], listedPaths: ReadonlySet<string>): DeviceRule[] {
  const table = permissionTable(rules);
  const sinceReset = rules.slice(rules.findLastIndex(isForEverything) + 1);
  const added = BUILT_IN.filter(({ rule, path }) => {
    if (path !== undefined && listedPaths.has(path)) return false;
    // Where everything is allowed anyway, a built-in rule could only undo what the list denies on purpose. As in
    // cgroup v1 it does so for a denial of exactly the same devices, and not for narrower ones.
    const isAllowed = (table[rule.type].everything & rule.access) === rule.access;
    return !isAllowed || sinceReset.some((other) => hasSameDevices(other, rule));
  });
  return [...rules, ...added.map(({ rule }) => rule)];
}

function isForEverything(rule: DeviceRule): boolean {
  return rule.type === 'a' && rule.major === undefined && rule.minor === undefined && rule.access === ALL_ACCESS;
}

function hasSameDevices(a: DeviceRule, b: DeviceRule): boolean {
  return a.type === b.type && a.major === b.major && a.minor === b.minor;
}
