import { describe, expect, test } from 'bun:test';
import { bytes, struct } from '../../native-bindings/executor/call.ts';
import {
  AREA_ADDRESS,
  AREA_MAX_BYTES,
  CALL_BYTES,
  encodePlan,
  HEADER_BYTES,
  KIND,
  NR_CHECK,
} from '../../native-bindings/executor/wire.ts';
import { syscallNumber } from '../../native-bindings/kernel/syscall-numbers.ts';
import { layout } from '../../native-bindings/struct/layout.ts';
import { rlimit64 } from '../../native-bindings/struct/structs.ts';
import { ExecutorProcess, runnerOf } from './executor-process.ts';
import { rawPlan } from './raw-plan.ts';

const CLOSED = { kind: 'exited', status: 0 } as const;
const MALFORMED = { kind: 'exited', status: 65 } as const;
const MEMORY = { kind: 'exited', status: 66 } as const;
const CHANNEL = { kind: 'exited', status: 67 } as const;

const pass = { nr: NR_CHECK };
const withKind = (kind: number, arg: number | bigint) => ({ nr: NR_CHECK, kinds: kind, args: [arg] });
/** 64 bytes of call and 24 of data. */
const AREA_SIZE = CALL_BYTES + 24;
const load = (kind: number, offset: number | bigint) =>
  rawPlan([withKind(kind, BigInt(AREA_ADDRESS) + BigInt(offset))], {}, new Uint8Array(24));

/** Messages that the executor must refuse with 65. */
const REFUSED: Readonly<Record<string, Uint8Array>> = {
  'another magic': rawPlan([pass], { magic: 0x324e4c50 }),
  'a magic of another byte order': rawPlan([pass], { magic: 0x504c4e31 }),
  'no area': rawPlan([], { size: 0 }),
  'an area smaller than a call': rawPlan([], { size: CALL_BYTES - 1 }),
  'an area larger than the largest': rawPlan([pass], { size: AREA_MAX_BYTES + 1 }),
  'the largest size there is': rawPlan([pass], { size: 0xffff_ffff }),
  'one call too many': rawPlan([pass, pass], { calls: 3 }),
  'calls whose size wraps around': rawPlan([pass], { calls: 0x0400_0001 }),
  'the largest number of calls there is': rawPlan([pass], { calls: 0xffff_ffff }),
  'its own result': rawPlan([withKind(KIND.RESULT, 0)]),
  'a later result': rawPlan([pass, withKind(KIND.RESULT, 2), pass]),
  'a result with a huge index': rawPlan([pass, withKind(KIND.RESULT, -1n)]),
  'a result whose offset wraps around': rawPlan([pass, withKind(KIND.RESULT, 1n << 58n)]),
  'a load below the area': load(KIND.LOAD64, -8),
  'a load at address 0': load(KIND.LOAD32, -AREA_ADDRESS),
  'a load at the end of addresses': load(KIND.LOAD64, -AREA_ADDRESS - 8),
  'a load behind the area': load(KIND.LOAD64, AREA_SIZE),
  'a 4 byte load behind the area': load(KIND.LOAD32, AREA_SIZE),
  'a load across the end': rawPlan([withKind(KIND.LOAD64, AREA_ADDRESS + CALL_BYTES)], {}, new Uint8Array(4)),
  'an unaligned 8 byte load': load(KIND.LOAD64, CALL_BYTES + 4),
  'an unaligned 4 byte load': load(KIND.LOAD32, CALL_BYTES + 2),
};

for (const architecture of ['x64', 'arm64'] as const) {
  const runner = runnerOf(architecture);
  // What qemu's user mode does not emulate (clone3, RLIMIT_AS, seccomp) or takes too long for is not asked of it.
  const nativeTest = runner === 'native' ? test : () => undefined;
  const reason = runner ? '' : ' (skipped: neither native nor qemu-aarch64-static)';
  describe.skipIf(!runner)(`the ${architecture} executor, told nonsense${reason}`, () => {
    /** Sends messages, closes the sending half, and answers how it ended. */
    function endAfter(...messages: Uint8Array[]) {
      using executor = ExecutorProcess.start(architecture);
      for (const message of messages) executor.sendBytes(message);
      executor.finish();
      return executor.exit();
    }

    for (const [what, message] of Object.entries(REFUSED)) {
      test(`refuses ${what}`, () => {
        expect(endAfter(message)).toEqual(MALFORMED);
      });
    }

    test('accepts the loads next to the refused ones', () => {
      for (const [kind, offset] of [
        [KIND.LOAD64, 0],
        [KIND.LOAD64, AREA_SIZE - 8],
        [KIND.LOAD32, AREA_SIZE - 4],
      ] as const) {
        using executor = ExecutorProcess.start(architecture);
        executor.sendBytes(load(kind, offset));
        expect(executor.reply()?.calls).toBe(1);
      }
    });

    test('a message cut short is malformed, wherever it is cut; nothing is an end', () => {
      const message = rawPlan([pass]);
      expect(endAfter()).toEqual(CLOSED);
      expect(endAfter(message)).toEqual(CLOSED);
      for (const length of [1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1, message.length - 1]) {
        expect(endAfter(message.subarray(0, length))).toEqual(MALFORMED);
        expect(endAfter(message, message.subarray(0, length))).toEqual(MALFORMED);
      }
    });

    test('a message may come byte by byte', () => {
      using executor = ExecutorProcess.start(architecture);
      const message = rawPlan([pass, { ...pass, args: [0, 0, 1] }]);
      for (const byte of message) executor.sendBytes(Uint8Array.of(byte));
      expect(executor.reply()).toMatchObject({ index: 1, calls: 2, result: -1 });
    });

    test('two messages may come at once', () => {
      using executor = ExecutorProcess.start(architecture);
      executor.sendBytes(Uint8Array.of(...rawPlan([pass]), ...rawPlan([pass, pass])));
      expect([executor.reply()?.calls, executor.reply()?.calls]).toEqual([1, 2]);
    });

    test('many calls', () => {
      using executor = ExecutorProcess.start(architecture);
      const calls = 20_000;
      executor.sendBytes(rawPlan(Array.from({ length: calls }, () => pass)));
      expect(executor.reply()).toMatchObject({ index: calls, calls });
    });

    nativeTest(`the largest area`, () => {
      using executor = ExecutorProcess.start(architecture);
      const last = withKind(KIND.LOAD64, AREA_ADDRESS + AREA_MAX_BYTES - 8);
      executor.sendBytes(rawPlan([last], {}, new Uint8Array(AREA_MAX_BYTES - CALL_BYTES)));
      expect(executor.reply()).toEqual({ index: 1, calls: 1, result: 0, arg0: 0 });
    });

    test('a channel that is no fd ends it with 67', () => {
      expect(endAfter(rawPlan([pass], { channel: 999 }))).toEqual(CHANNEL);
      expect(endAfter(rawPlan([pass], { channel: 0xffff_ffff }))).toEqual(CHANNEL);
    });

    test('an answer that nobody hears ends it by SIGPIPE', () => {
      using executor = ExecutorProcess.start(architecture);
      const wait = bytes(new Uint8Array(new BigInt64Array([0n, 50_000_000n]).buffer));
      executor.sendBytes(encodePlan([{ name: 'ppoll', args: [0, 0, wait, 0, 8] }], architecture, 3));
      executor.channel.close();
      expect(executor.exit()).toEqual({ kind: 'killed', signal: 13 });
    });

    nativeTest(`no memory for a plan ends it with 66`, () => {
      using executor = ExecutorProcess.start(architecture);
      const RLIMIT_AS = 9;
      const limit = struct(rlimit64, { rlim_cur: 1 << 20, rlim_max: 1 << 20 });
      expect(executor.run([{ name: 'prlimit64', args: [0, RLIMIT_AS, limit, 0] }])?.index).toBe(1);
      executor.sendBytes(rawPlan([pass], { size: 4 << 20 }));
      expect(executor.exit()).toEqual(MEMORY);
    });

    nativeTest(`a seccomp filter that refuses exit does not make it spin`, () => {
      using executor = ExecutorProcess.start(architecture);
      const [PR_SET_NO_NEW_PRIVS, SECCOMP_SET_MODE_FILTER, EPERM] = [38, 1, 0x50001];
      // struct sock_filter: load the number; exit -> ERRNO(EPERM); everything else is allowed
      const filter = new Uint8Array(32);
      const view = new DataView(filter.buffer);
      const instructions = [
        [0x20, 0, 0, 0],
        [0x15, 0, 1, syscallNumber('exit', architecture)],
        [0x06, 0, 0, EPERM],
        [0x06, 0, 0, 0x7fff0000],
      ] as const;
      for (const [index, [code, yes, no, k]] of instructions.entries()) {
        view.setUint16(index * 8, code, true);
        view.setUint8(index * 8 + 2, yes);
        view.setUint8(index * 8 + 3, no);
        view.setUint32(index * 8 + 4, k, true);
      }
      const program = struct(layout('sock_fprog', { len: 'u16', filter: 'pointer' }), {
        len: 4,
        filter: bytes(filter),
      });
      const reply = executor.run([
        { name: 'prctl', args: [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0] },
        { name: 'seccomp', args: [SECCOMP_SET_MODE_FILTER, 0, program] },
      ]);
      expect(reply).toMatchObject({ index: 2, result: 0 });
      executor.finish();
      // __builtin_trap: SIGILL on x86-64, SIGTRAP on arm64
      expect(executor.exit()).toEqual({ kind: 'killed', signal: architecture === 'x64' ? 4 : 5 });
    });
  });
}
