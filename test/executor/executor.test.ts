import { describe, expect, test } from 'bun:test';
import type { Call } from '../../native-bindings/executor/call.ts';
import { at, bytes, cstring, cstrings, load, resultOf, slot, struct } from '../../native-bindings/executor/call.ts';
import { encodePlan, FIRST_CHANNEL, NOT_MADE } from '../../native-bindings/executor/wire.ts';
import { Fd } from '../../native-bindings/fd.ts';
import { ERRNO } from '../../native-bindings/kernel/errno.ts';
import { F_SETFD, FD_CLOEXEC, O_CLOEXEC } from '../../native-bindings/kernel/open.ts';
import { MSG_CMSG_CLOEXEC } from '../../native-bindings/kernel/socket.ts';
import { withScratch } from '../../native-bindings/memory.ts';
import { clone_args, cmsghdr, iovec, msghdr } from '../../native-bindings/struct/structs.ts';
import { syscall } from '../../native-bindings/syscall.ts';
import { sendWithFds } from '../../native-bindings/unix-socket.ts';
import { ExecutorProcess, runnerOf } from './executor-process.ts';
import { rawPlan } from './raw-plan.ts';

/** The fd of a memfd in the executor: lseek(FILE, n, SEEK_SET) answers n, so a plan can compute with it. */
const FILE = 4;
const PASS: Call = { name: 'check', args: [0, 0, 0] };
const seek = (offset: Call['args'][number], more: Partial<Call> = {}): Call => ({
  name: 'lseek',
  args: [FILE, offset, 0],
  ...more,
});
/** Fails with EBADF. */
const bad = (more: Partial<Call> = {}): Call => ({ name: 'lseek', args: [-1, 0, 0], ...more });
const unsigned = (value: number) => Number(BigInt.asUintN(64, BigInt(value)));

for (const architecture of ['x64', 'arm64'] as const) {
  const runner = runnerOf(architecture);
  // What qemu's user mode does not emulate (clone3, RLIMIT_AS, seccomp) or takes too long for is not asked of it.
  const nativeTest = runner === 'native' ? test : () => undefined;
  const reason = runner ? '' : ' (skipped: neither native nor qemu-aarch64-static)';
  describe.skipIf(!runner)(`the ${architecture} executor${reason}`, () => {
    function withFile(work: (executor: ExecutorProcess, file: Fd) => void): void {
      using file = new Fd(syscall(undefined, 'memfd_create', 'executor-test', 1));
      using executor = ExecutorProcess.start(architecture, new Map([[FILE, file.number]]));
      work(executor, file);
    }
    /** Runs one plan and answers its reply. */
    function run(...calls: Call[]) {
      let reply: ReturnType<ExecutorProcess['run']>;
      withFile((executor) => {
        reply = executor.run(calls);
      });
      return reply;
    }

    test('check compares masked bits', () => {
      expect(run({ name: 'check', args: [0x16, 6, 6] })).toEqual({ index: 1, calls: 1, result: 0, arg0: 0x16 });
      expect(run({ name: 'check', args: [0x14, 6, 6] })).toEqual({ index: 0, calls: 1, result: -1, arg0: 0x14 });
      // All 64 bits count: a difference in the upper half is one.
      expect(run({ name: 'check', args: [1n << 40n, -1, 0] })?.result).toBe(-ERRNO.EPERM);
    });

    test('a failed check goes on like a failed call', () => {
      const reply = run({ name: 'check', args: [1, 1, 0], goOnAfter: ['EPERM'], skipAfterFailure: 1 }, bad(), seek(9));
      expect(reply).toEqual({ index: 3, calls: 3, result: 9, arg0: FILE });
    });

    test('an empty plan is answered', () => {
      expect(run()).toEqual({ index: 0, calls: 0, result: 0, arg0: 0 });
    });

    test('one executor runs plan after plan', () => {
      withFile((executor) => {
        for (let round = 0; round < 50; round++) expect(executor.run([seek(round), seek(round)])?.result).toBe(round);
      });
    });

    test('all six arguments arrive in their order', () => {
      withFile((executor, file) => {
        const address = 0x3_0000_0000;
        const page = 65536; // a multiple of every page size
        syscall(undefined, 'ftruncate', file.number, 2 * page);
        syscall(undefined, 'lseek', file.number, page, 0);
        syscall(undefined, 'write', file.number, 'in the second page', 8);
        // mmap(address, page, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE, FILE, page), then the file copies from itself
        const [mmap, write] = architecture === 'x64' ? [9, 1] : [222, 64];
        const map = { nr: mmap, args: [address, page, 1, 0x100001, FILE, page] };
        executor.sendBytes(rawPlan([map, { nr: write, args: [FILE, address, 6] }]));
        expect(executor.reply()).toEqual({ index: 2, calls: 2, result: 6, arg0: FILE });
        const copy = withScratch((take) => {
          const into = take(14);
          syscall(undefined, 'pread64', file.number, into, 14, page);
          return new TextDecoder().decode(into.bytes);
        });
        expect(copy).toBe('in the sin the');
      });
    });

    test('RESULT passes on the result of an earlier call', () => {
      const first = seek(123);
      const second = seek(resultOf(first));
      expect(run(first, seek(5), second, PASS, seek(resultOf(second)))?.result).toBe(123);
    });

    test('RESULT of a call that was left out is no fd', () => {
      const left = seek(4);
      const reply = run({ ...PASS, skipAfterSuccess: 1 }, left, { name: 'lseek', args: [resultOf(left), 0, 0] });
      expect(reply).toEqual({ index: 2, calls: 3, result: -ERRNO.EBADF, arg0: unsigned(NOT_MADE) });
    });

    test('LOAD32 and LOAD64 read what a call has left in a slot', () => {
      withFile((executor, file) => {
        const content = new BigUint64Array([0x1_0000_0002n, 77n]);
        const out = slot(16);
        syscall(undefined, 'ftruncate', file.number, 16);
        const reply = executor.run([
          { name: 'write', args: [FILE, bytes(new Uint8Array(content.buffer)), 16] },
          { name: 'pread64', args: [FILE, out, 16, 0] },
          { name: 'check', args: [load(out, 0, 8), -1, 0x1_0000_0002n] },
          { name: 'check', args: [load(out, 0, 4), -1, 2] },
          { name: 'check', args: [load(out, 4, 4), -1, 1] },
          seek(load(out, 8, 8)),
          { name: 'pread64', args: [FILE, at(out, 8), 4, 4] },
          { name: 'check', args: [load(out, 8, 4), -1, 1] },
        ]);
        expect(reply).toMatchObject({ index: 8, result: 0 });
      });
    });

    test('a failure that is not listed ends the plan', () => {
      expect(run(seek(1), bad(), seek(2))).toEqual({ index: 1, calls: 3, result: -ERRNO.EBADF, arg0: unsigned(-1) });
      expect(run(bad({ goOnAfter: ['ENOENT', 'EPERM'] }), seek(2))?.index).toBe(0);
    });

    test('goOnAfter: the first errno, the second, any', () => {
      for (const goOnAfter of [['EBADF'], ['ENOENT', 'EBADF'], ['EBADF', 'ENOENT'], 'any'] as const) {
        expect(run(bad({ goOnAfter }), seek(2))).toMatchObject({ index: 2, result: 2 });
      }
    });

    test('skips: after success, after failure, beyond the end', () => {
      const skips = { goOnAfter: ['EBADF'], skipAfterFailure: 1, skipAfterSuccess: 2 } as const;
      expect(run(bad(skips), seek(1), seek(2), seek(3))).toMatchObject({ index: 4, result: 3 });
      expect(run(seek(7, skips), bad(), bad(), seek(3))).toMatchObject({ index: 4, result: 3 });
      expect(run(seek(7, skips), bad(), bad())).toMatchObject({ index: 3, result: 7 });
      expect(run(seek(7, { skipAfterSuccess: 255 }), bad())).toEqual({ index: 256, calls: 2, result: 7, arg0: FILE });
    });

    test('a plan moves the channel', () => {
      withFile((executor) => {
        const calls: Call[] = [
          { name: 'dup3', args: [FIRST_CHANNEL, 20, O_CLOEXEC] },
          { name: 'close', args: [FIRST_CHANNEL] },
        ];
        expect(executor.run(calls, 20)).toMatchObject({ index: 2 });
        expect(executor.run([{ name: 'close', args: [FIRST_CHANNEL] }], 20)?.result).toBe(-ERRNO.EBADF);
      });
    });

    test('a successful execve closes the channel, a failed one is answered', () => {
      withFile((executor) => {
        const argv = cstrings(['sh', '-c', 'test "$A $0 $1" = "b x y" && exit 7', 'x', 'y']);
        expect(executor.run([{ name: 'execve', args: [cstring('/nonexistent'), argv, cstrings([])] }])?.result).toBe(
          -ERRNO.ENOENT,
        );
        executor.sendBytes(
          encodePlan(
            [
              { name: 'fcntl', args: [FIRST_CHANNEL, F_SETFD, FD_CLOEXEC] },
              { name: 'execve', args: [cstring('/bin/sh'), argv, cstrings(['A=b'])] },
            ],
            architecture,
            FIRST_CHANNEL,
          ),
        );
        expect(executor.reply()).toBeUndefined();
        expect(executor.exit()).toEqual({ kind: 'exited', status: 7 });
      });
    });

    test('an fd received by SCM_RIGHTS is used through LOAD32', () => {
      withFile((executor) => {
        using sent = new Fd(syscall(undefined, 'memfd_create', 'sent', 1));
        const control = slot(24);
        const payload = slot(8);
        const message = struct(msghdr, {
          msg_iov: struct(iovec, { iov_base: payload, iov_len: 5 }),
          msg_iovlen: 1,
          msg_control: control,
          msg_controllen: 24,
        });
        const fd = load(control, cmsghdr.size, 4);
        const calls: Call[] = [
          { name: 'recvmsg', args: [FIRST_CHANNEL, message, MSG_CMSG_CLOEXEC] },
          { name: 'write', args: [fd, payload, 5] },
          { name: 'check', args: [load(control, 8, 8), -1, 0x1_0000_0001n] }, // SOL_SOCKET, SCM_RIGHTS
          { name: 'lseek', args: [fd, 2, 0] },
        ];
        executor.sendBytes(encodePlan(calls, architecture, FIRST_CHANNEL));
        sendWithFds(executor.channel.number, new TextEncoder().encode('hello'), [sent.number]);
        expect(executor.reply()).toMatchObject({ index: 4, result: 2 });
        // The offset is shared: what the executor sought to is where this process stands.
        expect(syscall(undefined, 'lseek', sent.number, 0, 1)).toBe(2);
        expect(syscall(undefined, 'lseek', sent.number, 0, 2)).toBe(5);
      });
    });

    test('the exit code tells whether the last plan ran to its end', () => {
      for (const [calls, status] of [
        [[seek(1)], 0],
        [[{ name: 'lseek', args: [-1, 0, 0] }], 255],
      ] as const) {
        withFile((executor) => {
          executor.run(calls);
          executor.channel.close();
          expect(executor.exit()).toEqual({ kind: 'exited', status });
        });
      }
    });

    nativeTest(`clone3: parent and child both answer, and the parent leaves`, () => {
      withFile((executor) => {
        const fork: Call = { name: 'clone3', args: [struct(clone_args, { exit_signal: 17 }), clone_args.size] };
        executor.sendBytes(encodePlan([PASS, fork, seek(resultOf(fork)), seek(31)], architecture, FIRST_CHANNEL));
        const replies = [executor.reply(), executor.reply()];
        const [parent, child] = replies[0]?.index === 1 ? replies : replies.reverse();
        expect(parent).toMatchObject({ index: 1, calls: 4 });
        expect(parent?.result).toBeGreaterThan(1);
        expect(child).toEqual({ index: 4, calls: 4, result: 31, arg0: FILE });
        expect(executor.exit()).toEqual({ kind: 'exited', status: 0 });
        // The child reads on.
        const pid: Call = { name: 'getpid', args: [] };
        expect(executor.run([pid])?.result).toBe(parent?.result ?? 0);
        // It is no child of this process: it ends when the channel closes, right after this.
      });
    });

    nativeTest(`a failed clone3 leaves one executor, which answers`, () => {
      const fork: Call = { name: 'clone3', args: [struct(clone_args, { exit_signal: 17 }), 3] };
      expect(run(fork)).toMatchObject({ index: 0, result: -ERRNO.EINVAL });
    });
  });
}
