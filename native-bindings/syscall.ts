import type { Architecture, SyscallName } from './kernel/syscall-numbers.ts';
import { syscallNumber } from './kernel/syscall-numbers.ts';
import { koffi, libcFunction } from './koffi.ts';
import type { NativeMemory } from './memory.ts';
import { placeCString, releaseScratch, scratchMark } from './memory.ts';
import { SystemError } from './system-error.ts';

/** What a system call takes: a number, the address of native memory, or a string that is passed as a C string. */
export type Argument = number | bigint | string | NativeMemory;

const EINTR = 4;

type Word = number | bigint;
type NativeSyscall = (number: number, a: Word, b: Word, c: Word, d: Word, e: Word, f: Word) => number;
let native: NativeSyscall | undefined;

/** The architecture of this process. Throws on one that ocirun has no executor for. */
export function hostArchitecture(): Architecture {
  const { arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') throw new Error(`ocirun runs on x86-64 and arm64, not on ${arch}`);
  return arch;
}

/**
 * Makes a system call and returns its result, or the negated errno. For callers that expect a failure as an answer
 * and need it cheap; everybody else calls `syscall`. EINTR is not retried here.
 */
export function trySyscall(
  name: SyscallName,
  a: Argument = 0,
  b: Argument = 0,
  c: Argument = 0,
  d: Argument = 0,
  e: Argument = 0,
  f: Argument = 0,
): number {
  const call = native ?? declare();
  const mark = scratchMark();
  try {
    const number = syscallNumber(name, hostArchitecture());
    const result = call(number, word(a), word(b), word(c), word(d), word(e), word(f));
    return result === -1 ? -koffi().errno() : result;
  } finally {
    releaseScratch(mark);
  }
}

/** libc's syscall(2) is the only function of libc that most commands need: one declaration instead of fifty. */
function declare(): NativeSyscall {
  const W = 'uint64_t';
  native = libcFunction('syscall', 'long', ['long', W, W, W, W, W, W]) as unknown as NativeSyscall;
  return native;
}

function word(argument: Argument): Word {
  if (typeof argument === 'number' || typeof argument === 'bigint') return argument;
  return typeof argument === 'string' ? placeCString(argument) : argument.address;
}

/**
 * Makes a system call, retries it when a signal interrupts it, and returns its result.
 * @param subject what the call is about, for the error message: a path, a pid
 * @throws {SystemError} with the errno when the kernel refuses
 */
export function syscall(subject: string | undefined, name: SyscallName, ...args: Argument[]): number {
  for (;;) {
    const result = trySyscall(name, ...args);
    if (result >= 0) return result;
    if (result !== -EINTR) throw new SystemError(name, -result, subject);
  }
}
