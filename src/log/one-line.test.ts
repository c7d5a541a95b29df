import { describe, expect, test } from 'bun:test';
import { oneLine } from './one-line.ts';

describe('oneLine', () => {
  test.each([
    ['plain "text" with ünïcode', 'plain "text" with ünïcode'],
    ['two\nlines\r\n', 'two\\nlines'],
    ['tab\there', 'tab\\there'],
    ['\u001b[31mred\u0007', '\\x1b[31mred\\x07'],
    ['nul\0del\u007fc1\u009b', 'nul\\x00del\\x7fc1\\x9b'],
    ['line\u2028paragraph\u2029', 'line\\u2028paragraph'],
    ['turned \u202etxt.exe', 'turned \\u202etxt.exe'],
    ['', ''],
  ])('%j becomes %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test('4096 bytes stay, one more is cut with a mark', () => {
    expect(oneLine('x'.repeat(4096))).toBe('x'.repeat(4096));
    const cut = oneLine('x'.repeat(4097));
    expect(cut.endsWith('x…')).toBe(true);
    expect(Buffer.byteLength(cut)).toBe(4096);
  });

  test('a cut never halves a character', () => {
    for (const start of ['', 'a', 'ab', 'abc']) {
      const cut = oneLine(start + '😀'.repeat(2000));
      expect(cut).not.toContain('\ufffd');
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(4096);
      expect(Buffer.byteLength(cut)).toBeGreaterThan(4088);
    }
  });

  test('escapes are made before the cut, so that they count', () => {
    expect(Buffer.byteLength(oneLine(`${'\n'.repeat(4000)}end`))).toBeLessThanOrEqual(4096);
  });
});
