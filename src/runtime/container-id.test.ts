import { describe, expect, test } from 'bun:test';
import { checkContainerId } from './container-id.ts';

describe('an id', () => {
  test.each(['a', 'A-1_2+3.4', '_', '-', '+x', '0', 'a..b', 'a'.repeat(255)])('%p is accepted', (id) => {
    expect(() => checkContainerId(id)).not.toThrow();
  });

  test.each([
    '.',
    '..',
    '.hidden',
    '../x',
    'a/b',
    '/a',
    'a b',
    'a\nb',
    'a\n',
    'a\0b',
    'ä',
    'a:b',
    'a%2e',
    '\u202ea',
    'a'.repeat(256),
    'a'.repeat(1000),
  ])('%p is refused', (id) => {
    expect(() => checkContainerId(id)).toThrow('invalid container ID format');
  });

  test('that is empty is refused in the words that engines know', () => {
    expect(() => checkContainerId('')).toThrow('container id cannot be empty');
  });

  test('that is refused is shown on one line', () => {
    expect(() => checkContainerId('a\nb')).toThrow('"a\\nb"');
    expect(() => checkContainerId('a'.repeat(1000))).toThrow('1000 characters');
  });
});
