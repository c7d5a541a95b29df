import { describe, expect, test } from 'bun:test';
import {
  allocateMemory,
  cString,
  placeCString,
  releaseScratch,
  scratchMark,
  textUpToNul,
  withScratch,
} from './memory.ts';
import { trySyscall } from './syscall.ts';

test('native memory is where its address says', () => {
  const memory = allocateMemory(64);
  // The kernel writes through the address; what it wrote is read through the view.
  expect(trySyscall('getrandom', memory.address, 64, 0)).toBe(64);
  expect(memory.bytes.some((byte) => byte !== 0)).toBe(true);
  memory.view.setUint32(8, 0x01020304, true);
  expect([...memory.bytes.subarray(8, 12)]).toEqual([4, 3, 2, 1]);
});

describe('scratch memory', () => {
  test('is zeroed, aligned, and does not overlap', () => {
    withScratch((take) => {
      const first = take(3);
      first.bytes.fill(0xff);
      const second = take(3);
      expect([...second.bytes]).toEqual([0, 0, 0]);
      expect(first.address % 16).toBe(0);
      expect(second.address).toBe(first.address + 16);
    });
    withScratch((take) => expect([...take(3).bytes]).toEqual([0, 0, 0]));
  });

  test('is given back in the order of nesting, also after an error', () => {
    withScratch((take) => {
      const outer = take(16);
      const inside = withScratch((again) => again(16).address);
      expect(() =>
        withScratch((again) => {
          again(1000);
          throw new Error('inside');
        }),
      ).toThrow('inside');
      expect(take(16).address).toBe(inside);
      expect(inside).toBe(outer.address + 16);
    });
  });

  test('is limited', () => {
    const mark = scratchMark();
    expect(() => withScratch((take) => take(1 << 20))).toThrow(RangeError);
    expect(() => withScratch(() => placeCString('x'.repeat(1 << 20)))).toThrow(RangeError);
    expect(scratchMark()).toBe(mark);
  });

  test('holds C strings', () => {
    withScratch((take) => {
      take(64).bytes.fill(0xff);
    });
    const mark = scratchMark();
    const [text, next] = [placeCString('größe'), placeCString('')];
    releaseScratch(mark);
    withScratch((take) => {
      // The same place again: 16 bytes for 'größe' with its NUL, rounded up from three bytes a letter.
      expect(next - text).toBe(16);
      expect(take(1).address).toBe(text);
    });
  });
});

describe('C strings', () => {
  test('end with a NUL and hold none', () => {
    expect([...cString('a/ö')]).toEqual([0x61, 0x2f, 0xc3, 0xb6, 0]);
    expect(() => cString('a\0b')).toThrow(RangeError);
    expect(() => placeCString('a\0b')).toThrow('"a\\u0000b" holds a NUL byte');
  });

  test('are read up to the first NUL', () => {
    expect(textUpToNul(Uint8Array.of(0x61, 0x62, 0, 0x63))).toBe('ab');
    expect(textUpToNul(Uint8Array.of(0x61, 0x62))).toBe('ab');
    expect(textUpToNul(Uint8Array.of(0))).toBe('');
  });
});
