import { CgroupError } from './cgroup-error.ts';

/**
 * `linux.resources.devices`: an ordered list of rules that allow or deny access to devices (OCI config-linux.md,
 * "Allowed Device list").
 *
 * How the list is read: nothing is allowed before the first rule; every rule sets the permissions that it names, for
 * the devices that it matches; a later rule overrides an earlier one, permission by permission. So a rule for all
 * devices (type `a`) with `rwm` starts the list afresh, and denying `w` after allowing `rwm` leaves `rm`.
 *
 * That is what the device controller of cgroup v1 did, from whose files the list's format comes, with one difference:
 * v1 silently ignored a rule that overlaps another one without having the same numbers (a deny of `c *:*` after an
 * allow of `c 1:3`). Here every rule does what it says.
 */

/** Permission bits, as the kernel numbers them (BPF_DEVCG_ACC_*). */
export const MKNOD = 1;
export const READ = 2;
export const WRITE = 4;
export const ALL_ACCESS = MKNOD | READ | WRITE;

const ACCESS_BITS: Readonly<Record<string, number>> = { m: MKNOD, r: READ, w: WRITE };

/** The kernel's dev_t holds 12 bits of major and 20 bits of minor number (linux/kdev_t.h). */
export const MAX_MAJOR = 0xfff;
export const MAX_MINOR = 0xfffff;

/** A rule as config.json writes it. */
export interface DeviceRuleConfig {
  readonly allow: boolean;
  readonly type?: string | null | undefined;
  readonly major?: number | bigint | null | undefined;
  readonly minor?: number | bigint | null | undefined;
  readonly access?: string | null | undefined;
}

/** A rule, checked. `undefined` numbers stand for all of them; type `a` for character and block devices. */
export interface DeviceRule {
  readonly allow: boolean;
  readonly type: 'a' | 'b' | 'c';
  readonly major: number | undefined;
  readonly minor: number | undefined;
  readonly access: number;
}

const CONFIG_PATH = 'linux.resources.devices';

/**
 * Checks the rules of config.json.
 * @throws {CgroupError} that names every problem with its place
 */
export function parseDeviceRules(configs: readonly DeviceRuleConfig[] | null | undefined): DeviceRule[] {
  const problems: string[] = [];
  const rules = (configs ?? []).map((config, index): DeviceRule => {
    const report = (field: string, problem: string) => problems.push(`${CONFIG_PATH}[${index}].${field}: ${problem}`);
    return {
      allow: config.allow,
      type: parseType(config.type, report),
      major: parseNumber('major', config.major, report),
      minor: parseNumber('minor', config.minor, report),
      access: parseAccess(config.access, report),
    };
  });
  if (problems.length > 0) throw new CgroupError(summary(problems), { configPath: CONFIG_PATH });
  return rules;
}

type Report = (field: string, problem: string) => void;

function parseType(type: string | null | undefined, report: Report): DeviceRule['type'] {
  if (type === undefined || type === null || type === '') return 'a';
  if (type === 'a' || type === 'b' || type === 'c') return type;
  report('type', `${JSON.stringify(type)} is no type of device, want "c", "b" or "a"`);
  return 'a';
}

function parseNumber(field: string, value: number | bigint | null | undefined, report: Report): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (number === -1) return undefined;
  if (number >= 0 && number <= 0xffffffff && Number.isInteger(number)) return number;
  report(field, `${value} is no device number, want 0 to 4294967295, or -1 for all`);
  return undefined;
}

function parseAccess(access: string | null | undefined, report: Report): number {
  let bits = 0;
  for (const letter of access ?? '') {
    const bit = ACCESS_BITS[letter];
    if (bit === undefined) report('access', `${JSON.stringify(access)} has a letter other than r, w and m`);
    bits |= bit ?? ALL_ACCESS;
  }
  if (bits === 0) report('access', 'empty, want a selection of "rwm"');
  return bits;
}

/** A hostile list can have a million problems; a line for people names the first few. */
function summary(problems: readonly string[]): string {
  const shown = problems.slice(0, 5).join('; ');
  return problems.length > 5 ? `${shown}; and ${problems.length - 5} more` : shown;
}
