import { describe, expect, test } from 'bun:test';
import { runBpf } from '../../test/bpf-interpreter.ts';
import { withBuiltInRules } from './built-in-device-rules.ts';
import { deviceProgram } from './device-program.ts';
import type { DeviceRule, DeviceRuleConfig } from './device-rules.ts';
import { parseDeviceRules } from './device-rules.ts';
import { allowsEverything, permissionTable } from './permission-table.ts';

interface Access {
  readonly type: 'b' | 'c';
  readonly major: number;
  readonly minor: number;
  readonly access: number;
}

/** What the rules mean, written down as plainly as possible: each permission goes by the last rule that names it. */
function model(rules: readonly DeviceRule[], { type, major, minor, access }: Access): boolean {
  return [1, 2, 4].every((permission) => {
    if (!(access & permission)) return true;
    const last = rules.findLast(
      (rule) =>
        (rule.type === 'a' || rule.type === type) &&
        (rule.major === undefined || rule.major === major) &&
        (rule.minor === undefined || rule.minor === minor) &&
        (rule.access & permission) !== 0,
    );
    return last?.allow ?? false;
  });
}

function run(program: Uint8Array, { type, major, minor, access }: Access): boolean {
  const context = new DataView(new ArrayBuffer(12));
  context.setUint32(0, (access << 16) | (type === 'c' ? 2 : 1), true);
  context.setUint32(4, major, true);
  context.setUint32(8, minor, true);
  const { result } = runBpf(program, new Uint8Array(context.buffer));
  if (result !== 0 && result !== 1) throw new Error(`the program returned ${result}`);
  return result === 1;
}

const program = (rules: readonly DeviceRule[]) => deviceProgram(permissionTable(rules));
const parsed = (...rules: DeviceRuleConfig[]) => withBuiltInRules(parseDeviceRules(rules), new Set());
const decision = (rules: readonly DeviceRule[], device: string, access: string): boolean => {
  const [type, major, minor] = device.split(' ');
  const bits = [...access].reduce((sum, letter) => sum | ({ m: 1, r: 2, w: 4 }[letter] ?? 0), 0);
  return run(program(rules), {
    type: type === 'b' ? 'b' : 'c',
    major: Number(major),
    minor: Number(minor),
    access: bits,
  });
};

/** A small seeded generator (mulberry32): a failure names its seed and can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Few different numbers, so that rules overlap and accesses hit them; the edges of dev_t and beyond among them. */
const MAJORS = [0, 1, 2, 5, 10, 136, 4094, 4095, 4096, 0xffffffff];
const MINORS = [0, 1, 2, 3, 200, 1048574, 1048575, 1048576, 0xffffffff];

function randomRule(below: (limit: number) => number): DeviceRule {
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const isReset = below(12) === 0;
  return {
    allow: below(2) === 0,
    type: isReset ? 'a' : pick(['a', 'b', 'c', 'c'] as const),
    major: isReset || below(4) === 0 ? undefined : pick(MAJORS),
    minor: isReset || below(4) === 0 ? undefined : pick(MINORS),
    access: isReset ? 7 : 1 + below(7),
  };
}

function disagreements(seed: number, transform: (rules: DeviceRule[]) => readonly DeviceRule[]): string[] {
  const below = random(seed);
  const rules = transform(Array.from({ length: below(16) }, () => randomRule(below)));
  const code = program(rules);
  const wrong: string[] = [];
  for (let index = 0; index < 60; index++) {
    const access: Access = {
      type: below(2) === 0 ? 'b' : 'c',
      major: [...MAJORS.slice(0, 8), 77][below(9)] ?? 0,
      minor: [...MINORS.slice(0, 7), 77][below(8)] ?? 0,
      access: below(8),
    };
    if (run(code, access) !== model(rules, access)) wrong.push(`seed ${seed}: ${JSON.stringify({ rules, access })}`);
  }
  return wrong;
}

describe('deviceProgram', () => {
  test('agrees with the plain model: 4,000 lists, 60 accesses each', () => {
    const wrong: string[] = [];
    for (let seed = 0; seed < 4000; seed++) wrong.push(...disagreements(seed, (rules) => rules));
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  test('agrees with the plain model with built-in rules: 2,000 lists, 60 accesses each', () => {
    const wrong: string[] = [];
    const transform = (rules: DeviceRule[]) => withBuiltInRules(rules, new Set(['/dev/null']));
    for (let seed = 10_000; seed < 12_000; seed++) wrong.push(...disagreements(seed, transform));
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  test('agrees with the plain model over long lists that need several pages', () => {
    const below = random(7);
    const rules = Array.from({ length: 25_000 }, (_, index): DeviceRule => {
      const rule = { major: below(4096), minor: below(1 << 20), access: 1 + below(7), allow: below(8) > 0 };
      return { ...rule, type: index % 2 === 0 ? 'c' : 'b' };
    });
    const code = program(rules);
    expect(code.length / 8).toBeGreaterThan(2 * 32_768);
    const picked = Array.from({ length: 40 }, () => rules[below(rules.length)] as DeviceRule);
    for (const { type, major = 0, minor = 0 } of [...picked, rules[0], rules.at(-1), rules.at(-2)] as DeviceRule[]) {
      for (const access of [1, 2, 4, 6]) {
        const asked: Access = { type: type === 'b' ? 'b' : 'c', major, minor, access };
        expect(run(code, asked)).toBe(model(rules, asked));
      }
    }
    expect(run(code, { type: 'c', major: 4095, minor: 1048575, access: 2 })).toBe(false);
  }, 20_000);

  test('keeps ordinary lists small', () => {
    expect(program(parsed({ allow: false, access: 'rwm' })).length / 8).toBeLessThan(60);
    expect(program(parsed({ allow: true, access: 'rwm' })).length / 8).toBeLessThan(20);
  });

  test('denies a type that is neither character nor block device', () => {
    const context = new DataView(new ArrayBuffer(12));
    context.setUint32(0, (2 << 16) | 3, true);
    const code = program(parseDeviceRules([{ allow: true, access: 'rwm' }]));
    expect(runBpf(code, new Uint8Array(context.buffer)).result).toBe(0);
  });

  test('refuses lists that no program can hold, naming the place', () => {
    const many = Array.from({ length: 1_000_000 }, (_, minor) => ({
      allow: true,
      type: 'c',
      major: 1,
      minor,
      access: 'r',
    }));
    expect(() => permissionTable(parseDeviceRules(many))).toThrow(
      'linux.resources.devices: the rules tell 1000000 kinds of devices apart, at most 250000',
    );
    const crossing = Array.from({ length: 4000 }, (_, index) => index % 2000);
    const rules = crossing.map((number, index) =>
      index < 2000
        ? { allow: true, type: 'c', major: number, access: 'r' }
        : { allow: true, type: 'c', minor: number, access: 'w' },
    );
    expect(() => permissionTable(parseDeviceRules(rules))).toThrow('4004000 kinds of devices');
  }, 20_000);

  test('a million rules about one device are one cell', () => {
    const rule: DeviceRule = { allow: true, type: 'c', major: 9, minor: 9, access: 2 };
    const rules = Array.from({ length: 1_000_000 }, () => rule);
    expect(program(rules).length / 8).toBeLessThan(30);
  }, 20_000);
});

describe('the meaning of a list', () => {
  test('nothing is allowed before the first rule', () => {
    expect(decision([], 'c 1 3', 'r')).toBe(false);
    expect(decision([], 'b 8 0', 'm')).toBe(false);
  });

  test('a rule for all devices starts afresh', () => {
    const rules = parseDeviceRules([
      { allow: true, type: 'c', major: 10, minor: 1, access: 'rwm' },
      { allow: false, access: 'rwm' },
      { allow: true, type: 'b', major: 8, minor: 0, access: 'r' },
    ]);
    expect(decision(rules, 'c 10 1', 'r')).toBe(false);
    expect(decision(rules, 'b 8 0', 'r')).toBe(true);
    expect(decision(rules, 'b 8 0', 'rw')).toBe(false);
    expect(decision(rules, 'c 8 0', 'r')).toBe(false);
  });

  test('denying a part leaves the rest', () => {
    const rules = parseDeviceRules([
      { allow: true, type: 'c', major: 10, minor: 1, access: 'rwm' },
      { allow: false, type: 'c', major: 10, minor: 1, access: 'w' },
    ]);
    expect(decision(rules, 'c 10 1', 'r')).toBe(true);
    expect(decision(rules, 'c 10 1', 'm')).toBe(true);
    expect(decision(rules, 'c 10 1', 'w')).toBe(false);
    expect(decision(rules, 'c 10 1', 'rw')).toBe(false);
  });

  test('denying read in an allow-all list denies read and write together too', () => {
    const rules = parsed({ allow: true, access: 'rwm' }, { allow: false, type: 'b', major: 8, minor: 0, access: 'r' });
    expect(decision(rules, 'b 8 0', 'rw')).toBe(false);
    expect(decision(rules, 'b 8 0', 'w')).toBe(true);
    expect(decision(rules, 'b 8 1', 'rw')).toBe(true);
  });
});

describe('built-in rules', () => {
  test.each(['1 3', '1 5', '1 7', '1 8', '1 9', '5 0', '5 2', '136 0', '136 7', '10 200'])(
    'character device %s is usable under a deny-all list',
    (device) => {
      const rules = parsed({ allow: false, access: 'rwm' });
      for (const access of ['r', 'w', 'rw', 'm']) expect(decision(rules, `c ${device}`, access)).toBe(true);
      expect(decision(rules, `b ${device}`, 'r')).toBe(false);
    },
  );

  test('any node may be made, none of the others may be opened', () => {
    const rules = parsed({ allow: false, access: 'rwm' });
    for (const device of ['c 1 11', 'c 1 1', 'b 8 0', 'c 4095 1048575']) {
      expect(decision(rules, device, 'm')).toBe(true);
      expect(decision(rules, device, 'r')).toBe(false);
      expect(decision(rules, device, 'w')).toBe(false);
    }
  });

  test('a default device that linux.devices lists gets no rule', () => {
    const rules = withBuiltInRules(parseDeviceRules([{ allow: false, access: 'rwm' }]), new Set(['/dev/null']));
    expect(decision(rules, 'c 1 3', 'r')).toBe(false);
    expect(decision(rules, 'c 1 5', 'r')).toBe(true);
  });

  test('an allow-all list stays what it is, and its narrow denials hold', () => {
    const all = parsed({ allow: true, access: 'rwm' });
    expect(allowsEverything(permissionTable(all))).toBe(true);
    const denied = parsed(
      { allow: true, access: 'rwm' },
      { allow: false, type: 'c', major: 4, minor: 64, access: 'rwm' },
    );
    expect(allowsEverything(permissionTable(denied))).toBe(false);
    expect(decision(denied, 'c 4 64', 'm')).toBe(false);
    const numbers = { type: 'c', major: 1, minor: 3, access: 'rwm' };
    expect(decision(parsed({ allow: true, access: 'rwm' }, { allow: false, ...numbers }), 'c 1 3', 'r')).toBe(true);
  });
});
