import { describe, expect, test } from 'bun:test';
import { LEVELS, passes } from './level.ts';
import { formatRecord } from './record.ts';

const time = new Date('2026-11-21T04:10:00.987Z');

describe('formatRecord', () => {
  test('text', () => {
    expect(formatRecord('text', { level: 'error', message: 'container does not exist', time })).toBe(
      'time="2026-11-21T04:10:00Z" level=error msg="container does not exist"',
    );
  });

  test.each([
    ['gone', 'msg=gone'],
    ['a/b.c@d^e+f-g', 'msg=a/b.c@d^e+f-g'],
    ['', 'msg=""'],
    ['say "hi"', 'msg="say \\"hi\\""'],
    ['back\\slash', 'msg="back\\\\slash"'],
    ['two\nlevel=info msg=forged', 'msg="two\\\\nlevel=info msg=forged"'],
  ])('text quotes %j as %s', (message, end) => {
    expect(formatRecord('text', { level: 'error', message, time }).endsWith(` ${end}`)).toBe(true);
  });

  test('json is one line with its keys in order', () => {
    expect(formatRecord('json', { level: 'error', message: 'exec: "nope"\n', time })).toBe(
      '{"level":"error","msg":"exec: \\"nope\\"","time":"2026-11-21T04:10:00Z"}',
    );
  });

  test('json stays one harmless line whatever the message holds', () => {
    const line = formatRecord('json', { level: 'warning', message: '\u001b[2J\n{"level":"error"}\u2028', time });
    expect(line).not.toMatch(/[^ -~]/);
    expect(JSON.parse(line).msg).toBe('\\x1b[2J\\n{"level":"error"}');
  });
});

test('a threshold lets graver records pass', () => {
  expect(LEVELS.filter((level) => passes(level, 'warning'))).toEqual(['error', 'warning']);
});
