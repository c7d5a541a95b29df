import { describe, expect, test } from 'bun:test';
import { parseDeviceRules } from './device-rules.ts';

describe('parseDeviceRules', () => {
  test('reads absent, null and -1 as all', () => {
    const all = { allow: false, type: 'a', major: undefined, minor: undefined, access: 7 } as const;
    expect(parseDeviceRules([{ allow: false, access: 'rwm' }])).toEqual([all]);
    expect(parseDeviceRules([{ allow: false, type: null, major: -1, minor: -1n, access: 'mwr' }])).toEqual([all]);
  });

  test('reads numbers, types and parts of the access', () => {
    expect(
      parseDeviceRules([
        { allow: true, type: 'c', major: 10, minor: 200, access: 'rw' },
        { allow: true, type: 'b', major: 0xffffffffn, access: 'm' },
      ]),
    ).toEqual([
      { allow: true, type: 'c', major: 10, minor: 200, access: 6 },
      { allow: true, type: 'b', major: 0xffffffff, minor: undefined, access: 1 },
    ]);
  });

  test('no list is an empty list', () => {
    expect(parseDeviceRules(undefined)).toEqual([]);
    expect(parseDeviceRules(null)).toEqual([]);
  });

  test.each([
    [{ allow: true }, 'linux.resources.devices[0].access: empty, want a selection of "rwm"'],
    [{ allow: true, access: '' }, 'linux.resources.devices[0].access: empty'],
    [{ allow: true, access: 'rx' }, 'devices[0].access: "rx" has a letter other than'],
    [{ allow: true, type: 'p', access: 'r' }, 'devices[0].type: "p" is no type of device, want "c", "b" or "a"'],
    [{ allow: true, major: -2, access: 'r' }, 'devices[0].major: -2 is no device number'],
    [{ allow: true, minor: 2n ** 63n, access: 'r' }, 'devices[0].minor: 9223372036854775808 is no device number'],
    [{ allow: true, minor: 4294967296, access: 'r' }, 'devices[0].minor: 4294967296 is no device number'],
    [{ allow: true, minor: 1.5, access: 'r' }, 'devices[0].minor: 1.5 is no device number'],
  ])('refuses %p', (config, message) => {
    expect(() => parseDeviceRules([config])).toThrow(message);
  });

  test('names every problem at once, and stays readable', () => {
    const twoProblems = [{ allow: true }, { allow: true, access: 'r' }, { allow: true, type: 'x', access: 'q' }];
    expect(() => parseDeviceRules(twoProblems)).toThrow(
      /devices\[0\]\.access.*devices\[2\]\.type.*devices\[2\]\.access/,
    );
    const many = Array.from({ length: 1000 }, () => ({ allow: true }));
    expect(() => parseDeviceRules(many)).toThrow(/; and 995 more$/);
  });
});
