import { dlopen, ptr } from 'bun:ffi';
import { type SyscallName, syscallNumber } from './kernel/syscall-numbers.ts';

/** Only in the standalone executable, which runs on Bun: system calls before koffi is loaded, or without it. */

const WORD = 'u64' as const;

type NativeSyscall = (number: number, ...words: (number | bigint)[]) => number | bigint;
let native: NativeSyscall | undefined;

/** What the running call points to. A variable of the module, so that the garbage collector cannot take it too early. */
let held: Uint8Array[] = [];

/**
 * Makes a system call and returns its result, or -1: why it failed is not told, since the engine may overwrite errno
 * before JavaScript could read it. Who needs to know asks again through koffi.
 */
export function earlySyscall(name: SyscallName, ...args: (number | string | Uint8Array)[]): number {
  // The soname of the C library that this process already runs on: found among the loaded libraries, never on a disk.
  native ??= dlopen(OCIRUN_LIBC, { syscall: { args: ['i64', WORD, WORD, WORD, WORD, WORD, WORD], returns: 'i64' } })
    .symbols.syscall as NativeSyscall;
  const words: (number | bigint)[] = [0, 0, 0, 0, 0, 0];
  for (const [index, argument] of args.entries()) {
    if (typeof argument === 'number') words[index] = BigInt.asUintN(64, BigInt(argument));
    else {
      const bytes = typeof argument === 'string' ? new TextEncoder().encode(`${argument}\0`) : argument;
      held.push(bytes);
      words[index] = ptr(bytes);
    }
  }
  const result = native(syscallNumber(name, process.arch === 'arm64' ? 'arm64' : 'x64'), ...words);
  held = [];
  return Number(result);
}
