import { describe, expect, test } from 'bun:test';
import { cValues, missingCompiler } from '../../test/executor/c-values.ts';
import { SYSCALL_NUMBERS, type SyscallName, syscallNumber } from './syscall-numbers.ts';

const NAMES = Object.keys(SYSCALL_NUMBERS) as SyscallName[];
/** Calls that are younger than the oldest headers ocirun is built with (5.14): the same number on all architectures. */
const FIRST_YOUNG = 449;

for (const architecture of ['x64', 'arm64'] as const) {
  const skipped = missingCompiler(architecture);
  describe.skipIf(skipped !== '')(`system call numbers on ${architecture}${skipped}`, () => {
    test(`${NAMES.length} numbers are those of asm/unistd.h`, () => {
      const values = cValues(
        architecture,
        ['asm/unistd.h'],
        NAMES.map((name) => `__NR_${name}`),
        true,
      );
      for (const [index, name] of NAMES.entries()) {
        const number = syscallNumber(name, architecture);
        const found = values[index];
        if (found === undefined && number >= FIRST_YOUNG) continue;
        expect(`${name} ${number}`).toBe(`${name} ${found}`);
      }
    });
  });
}

test('from 424 up the numbers are the same everywhere', () => {
  for (const [x64, arm64] of Object.values(SYSCALL_NUMBERS)) {
    if (x64 >= 424 || arm64 >= 424) expect(x64).toBe(arm64 as typeof x64);
  }
});

test('no number stands twice', () => {
  for (const index of [0, 1]) {
    const numbers = Object.values(SYSCALL_NUMBERS).map((pair) => pair[index]);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});
