import { describe, expect, test } from 'bun:test';
import { givesReason, lastLine, summaryOf, total } from './summary.ts';

const output = `
a.test.ts:
(pass) ok
(skip) group (needs runc) > inner
(todo) later
\u001b[31m(fail)\u001b[0m other > fails [0.16ms]

 1 pass
 1 skip
 1 todo
 1 fail
 1 expect() calls
Ran 4 tests across 1 file. [28.00ms]
`;

describe('summaryOf', () => {
  test('counts and names', () => {
    expect(summaryOf(output, 1)).toEqual({ passed: 1, failed: 1, skipped: ['group (needs runc) > inner', 'later'] });
  });

  test('success', () => {
    expect(summaryOf(' 3 pass\n 0 fail\nRan 3 tests across 1 file. [1ms]\n', 0)).toEqual({
      passed: 3,
      failed: 0,
      skipped: [],
    });
  });

  test('the lists at the end of a long run are not counted again', () => {
    const lists = '1 tests skipped:\n(skip) group (needs runc) > inner\n\n1 tests failed:\n(fail) other > fails\n';
    expect(summaryOf(output.replace('\n 1 pass', `${lists}\n 1 pass`), 1)).toEqual(summaryOf(output, 1));
  });

  test.each<[string, string, number | null]>([
    ['a crash', '(pass) ok\n', null],
    ['no test found', 'error: 0 test files matching\n', 1],
    ['a crash in spite of a count', ' 3 pass\n 0 fail\nRan 3 tests across 1 file.\n', 132],
  ])('%s is a failure', (_, text, code) => {
    expect(summaryOf(text, code).failed).toBe(1);
  });
});

test('the sum of tiers, and its line', () => {
  const all = total([summaryOf(output, 1), summaryOf(output, 1)]);
  expect(lastLine(all)).toBe('2 passed, 2 failed, 4 skipped');
});

test('a reason stands in brackets', () => {
  expect(givesReason('devices (needs root) > x')).toBe(true);
  expect(givesReason('parse() > x')).toBe(false);
  expect(givesReason('x')).toBe(false);
});
