import { describe, expect, test } from 'bun:test';
import { checkExecutor } from '../../tools/build-executor.ts';
import { executorElf } from './elf.ts';

/** Numbers of elf(5). */
const [PT_LOAD, PT_GNU_STACK] = [1, 0x6474e551];
const [PF_X, PF_W, PF_R] = [1, 2, 4];
const MACHINE = { x64: 62, arm64: 183 };

for (const architecture of ['x64', 'arm64'] as const) {
  const rebuilt = await checkExecutor(architecture);
  describe(`the ${architecture} executor`, () => {
    const elf = executorElf(architecture);
    const view = new DataView(elf.buffer, elf.byteOffset, elf.length);
    const segments = Array.from({ length: view.getUint16(56, true) }, (_, index) => {
      const start = Number(view.getBigUint64(32, true)) + index * 56;
      return {
        type: view.getUint32(start, true),
        flags: view.getUint32(start + 4, true),
        address: Number(view.getBigUint64(start + 16, true)),
        size: Number(view.getBigUint64(start + 40, true)),
      };
    });

    test.skipIf(rebuilt.state === 'skipped')(`a rebuild gives the same bytes (${rebuilt.message})`, () => {
      expect(rebuilt).toMatchObject({ state: 'same' });
    });

    test('is a small static ELF of its architecture', () => {
      expect([...elf.subarray(0, 7)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
      expect(view.getUint16(16, true)).toBe(2); // ET_EXEC
      expect(view.getUint16(18, true)).toBe(MACHINE[architecture]);
      expect(elf.length).toBeLessThan(1500);
    });

    test('has one segment, that cannot be written, and a stack that cannot be executed', () => {
      // No PT_INTERP, PT_DYNAMIC or second PT_LOAD: no loader, no relocations, no global data.
      expect(segments.map(({ type, flags }) => [type, flags])).toEqual([
        [PT_LOAD, PF_R | PF_X],
        [PT_GNU_STACK, PF_R | PF_W],
      ]);
      const entry = Number(view.getBigUint64(24, true));
      const [code] = segments;
      expect(entry).toBeGreaterThanOrEqual(code?.address ?? Number.NaN);
      expect(entry).toBeLessThan((code?.address ?? 0) + (code?.size ?? 0));
    });
  });
}

test('atob and Uint8Array.fromBase64 decode the same', () => {
  const type = Uint8Array as { fromBase64?: unknown };
  const native = type.fromBase64;
  const first = executorElf('x64');
  try {
    type.fromBase64 = undefined;
    expect(executorElf('x64')).toEqual(first);
  } finally {
    type.fromBase64 = native;
  }
});
