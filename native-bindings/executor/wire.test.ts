import { describe, expect, test } from 'bun:test';
import { layout } from '../struct/layout.ts';
import { at, bytes, type Call, cstring, load, resultOf, slot, struct } from './call.ts';
import { AREA_ADDRESS, AREA_MAX_BYTES, CALL_BYTES, decodeReply, encodePlan, HEADER_BYTES, NOT_MADE } from './wire.ts';

const encode = (...calls: Call[]) => encodePlan(calls, 'x64', 3);
const pid: Call = { name: 'getpid', args: [] };
const words = (message: Uint8Array, index: number) => {
  const start = HEADER_BYTES + index * CALL_BYTES;
  const view = new DataView(message.buffer, start, CALL_BYTES);
  return [0, 1, 2, 3, 4, 5, 6].map((word) => view.getBigUint64(8 + word * 8, true));
};

describe('a plan message, byte by byte', () => {
  test('header and call', () => {
    const message = encode({
      name: 'openat',
      args: [-100, cstring('/x'), 0x80000],
      goOnAfter: ['ENOENT', 'EACCES'],
      skipAfterFailure: 2,
      skipAfterSuccess: 1,
    });
    expect(new TextDecoder().decode(message.subarray(0, 4))).toBe('PLN1');
    expect([...new Uint32Array(message.buffer, 4, 3)]).toEqual([CALL_BYTES + 8, 1, 3]);
    expect([...message.subarray(16, 24)]).toEqual([1, 1, 0, 0, 1, 2, 2, 13]);
    expect(words(message, 0)).toEqual([
      BigInt.asUintN(64, -100n),
      BigInt(AREA_ADDRESS + CALL_BYTES),
      0x80000n,
      0n,
      0n,
      0n,
      BigInt.asUintN(64, BigInt(NOT_MADE)),
    ]);
    expect([...message.subarray(-8)]).toEqual([0x2f, 0x78, 0, 0, 0, 0, 0, 0]);
  });

  test('the number of a call depends on the architecture', () => {
    expect([...encodePlan([pid], 'x64', 3).subarray(16, 18)]).toEqual([39, 0]);
    expect([...encodePlan([pid], 'arm64', 3).subarray(16, 18)]).toEqual([172, 0]);
  });

  test('a call that stands twice does not shift the others', () => {
    const made: Call = { name: 'getppid', args: [] };
    expect(words(encode(pid, pid, made, { name: 'close', args: [resultOf(made)] }), 3)[0]).toBe(2n);
  });

  test('an empty plan has the smallest area', () => {
    expect(encode()).toHaveLength(HEADER_BYTES + CALL_BYTES);
  });

  test('equal strings and the same slot are stored once', () => {
    const memory = slot(24);
    const message = encode({ name: 'symlinkat', args: [cstring('a'), memory, cstring('a'), memory, at(memory, 8)] });
    const [first, second, third, fourth, fifth] = words(message, 0);
    expect(third).toBe(first);
    expect(fourth).toBe(second);
    expect(fifth).toBe((second ?? 0n) + 8n);
    expect(message).toHaveLength(HEADER_BYTES + CALL_BYTES + 8 + 24);
  });
});

describe('what cannot be encoded is refused', () => {
  const memory = slot(16);
  const refused: [string, Call[], RegExp][] = [
    ['the result of a later call', [{ name: 'close', args: [resultOf(pid)] }, pid], /later call/],
    ['the result of a call of another plan', [{ name: 'close', args: [resultOf(pid)] }], /later call/],
    ['seven arguments', [{ name: 'prctl', args: [1, 2, 3, 4, 5, 6, 7] }], /7 arguments/],
    ['three errnos', [{ ...pid, goOnAfter: ['EPERM', 'ENOENT', 'EIO'] }], /more than two errnos/],
    ['a skip of 256', [{ ...pid, skipAfterFailure: 256 }], /cannot skip 256/],
    ['a skip backwards', [{ ...pid, skipAfterSuccess: -1 }], /cannot skip -1/],
    ['half a skip', [{ ...pid, skipAfterSuccess: 0.5 }], /cannot skip 0.5/],
    ['a load behind its slot', [{ name: 'close', args: [load(memory, 16, 4)] }], /outside a slot of 16/],
    ['a load before its slot', [{ name: 'close', args: [load(memory, -4, 4)] }], /outside a slot of 16/],
    ['a load that is not aligned', [{ name: 'close', args: [load(memory, 4, 8)] }], /not aligned/],
    ['an address behind its slot', [{ name: 'close', args: [at(memory, 17)] }], /outside a slot of 16/],
    ['a string with a NUL', [{ name: 'chdir', args: [cstring('a\0b')] }], /NUL/],
    ['a plan that is too large', [{ name: 'chdir', args: [slot(AREA_MAX_BYTES)] }], /larger than/],
    ['a slot beyond 4 GiB', [{ name: 'chdir', args: [slot(2 ** 33)] }], /larger than/],
    [
      'bytes longer than their field',
      [{ name: 'chdir', args: [struct(layout('pair', { a: 'bytes[2]', b: 'u16' }), { a: new Uint8Array(3) })] }],
      /pair\.a has 2 bytes, not 3/,
    ],
  ];
  for (const [what, calls, message] of refused) {
    test(what, () => {
      expect(() => encode(...calls)).toThrow(message);
      expect(() => encode(...calls)).toThrow(RangeError);
    });
  }

  test('the largest plan that fits is encoded', () => {
    expect(encode({ name: 'chdir', args: [slot(AREA_MAX_BYTES - CALL_BYTES)] })).toHaveLength(
      HEADER_BYTES + AREA_MAX_BYTES,
    );
  });
});

test('a struct holds numbers, bytes and pointers to other data', () => {
  const pair = layout('pair', { small: 'u8', name: 'bytes[3]', next: 'pointer' });
  const inner = bytes(Uint8Array.of(7));
  const message = encode({ name: 'chdir', args: [struct(pair, { small: 1, name: Uint8Array.of(2, 3), next: inner })] });
  const [address] = words(message, 0);
  const start = HEADER_BYTES + Number(address) - AREA_ADDRESS;
  expect([...message.subarray(start, start + 8)]).toEqual([1, 2, 3, 0, 0, 0, 0, 0]);
  const target = Number(new DataView(message.buffer).getBigUint64(start + 8, true));
  expect(message[HEADER_BYTES + target - AREA_ADDRESS]).toBe(7);
});

test('a reply', () => {
  const reply = new BigInt64Array([0x3_0000_0002n, -22n, 5n]);
  expect(decodeReply(new Uint8Array(reply.buffer))).toEqual({ index: 2, calls: 3, result: -22, arg0: 5 });
});
