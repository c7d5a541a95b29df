import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { cValues, missingCompiler } from '../../test/executor/c-values.ts';
import { libcFunction } from '../koffi.ts';
import { describeErrno, ERRNO, type ErrnoName, errnoName } from './errno.ts';

const ENTRIES = Object.entries(ERRNO) as [ErrnoName, number][];

for (const architecture of ['x64', 'arm64'] as const) {
  const skipped = missingCompiler(architecture);
  describe.skipIf(skipped !== '')(`errnos on ${architecture}${skipped}`, () => {
    test(`${ENTRIES.length} values are those of errno.h`, () => {
      const values = cValues(
        architecture,
        ['errno.h'],
        ENTRIES.map(([name]) => name),
        true,
      );
      expect(ENTRIES).toEqual(ENTRIES.map(([name], index) => [name, Number(values[index])]));
    });
  });
}

test('there and back', () => {
  for (const [name, value] of ENTRIES) expect(errnoName(value)).toBe(name);
});

test('a value without a name', () => {
  expect([errnoName(0), errnoName(41), errnoName(4095)]).toEqual(['EUNKNOWN', 'EUNKNOWN', 'EUNKNOWN']);
  expect(describeErrno(4095)).toBe('unknown error 4095');
});

const musl = existsSync('/lib/ld-musl-x86_64.so.1') && !existsSync('/lib64/ld-linux-x86-64.so.2');
test.skipIf(musl)(`the words are those of strerror(3)${musl ? ' (skipped: musl has others)' : ''}`, () => {
  const strerror = libcFunction('strerror', 'str', ['int']) as unknown as (errno: number) => string;
  for (const [, value] of ENTRIES) expect(describeErrno(value).toLowerCase()).toBe(strerror(value).toLowerCase());
});

test('the words that engines match on', () => {
  expect(describeErrno(2)).toBe('no such file or directory');
  expect(describeErrno(13)).toBe('permission denied');
  expect(describeErrno(21)).toBe('is a directory');
});
