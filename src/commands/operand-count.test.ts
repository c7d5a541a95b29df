import { expect, test } from 'bun:test';
import { checkOperandCount } from './operand-count.ts';

const check = (minimum: number, maximum: number, given: number) => () =>
  checkOperandCount({ minimum, maximum }, given, { program: './ocirun', command: 'kill' });

test('the right count passes', () => {
  for (const given of [1, 2]) expect(check(1, 2, given)).not.toThrow();
});

test.each<[number, number, number, string]>([
  [1, 1, 0, 'exactly 1'],
  [1, 1, 2, 'exactly 1'],
  [0, 0, 1, 'exactly 0'],
  [1, 2, 0, 'a minimum of 1'],
  [1, 2, 3, 'a maximum of 2'],
])('%d to %d but %d given', (minimum, maximum, given, words) => {
  expect(check(minimum, maximum, given)).toThrow(`./ocirun: "kill" requires ${words} argument(s)`);
});
