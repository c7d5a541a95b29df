import { describe, expect, test } from 'bun:test';
import { constants } from 'node:os';
import { signalNumber } from './signal-argument.ts';

describe('signalNumber', () => {
  test.each([
    ['9', 9],
    ['0', 0],
    ['64', 64],
    ['KILL', 9],
    ['SIGKILL', 9],
    ['sigterm', 15],
    ['hUp', 1],
    ['SIGPOLL', 29],
    ['winch', 28],
  ])('%s is %d', (text, number) => {
    expect(signalNumber(text)).toBe(number);
  });

  test('every name that the host knows', () => {
    for (const [name, number] of Object.entries(constants.signals)) expect(signalNumber(name)).toBe(number);
  });

  test.each(['', '65', '-1', '-9', '1.5', '0x9', 'SIG', 'SIGFOO', 'constructor', '9 ', '99999999999999999999'])(
    '%j is unknown',
    (text) => {
      expect(() => signalNumber(text)).toThrow(`unknown signal "${text}"`);
    },
  );
});
