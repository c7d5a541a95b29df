import type { Architecture, SyscallName } from './kernel/syscall-numbers.ts';
import { syscallNumber } from './kernel/syscall-numbers.ts';
import { koffi, libcFunction } from './koffi.ts';
import type { NativeMemory } from './memory.ts';
import { cString, withScratch } from './memory.ts';
import { SystemError } from './system-error.ts';

/** What a system call takes: a number, the address of native memory, or a string that is passed as a C string. */
export type Argument = number | bigint | string | NativeMemory;

const EINTR = 4;

type NativeSyscall = (number: number, ...args: (number | bigint)[]) => number;
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
export function trySyscall(name: SyscallName, ...args: Argument[]): number {
  // libc's syscall(2) is the only function of libc that most commands need: one declaration instead of fifty.
  native ??= libcFunction('syscall', 'long', [
    'long',
    'uint64_t',
    'uint64_t',
    'uint64_t',
    'uint64_t',
    'uint64_t',
    'uint64_t',
  ]) as unknown as NativeSyscall;
  const call = native;
  return withScratch((take) => {
    const words: (number | bigint)[] = [0, 0, 0, 0, 0, 0];
    for (const [index, argument] of args.entries()) {
      if (typeof argument === 'string') {
        const text = cString(argument);
        const memory = take(text.length);
        memory.bytes.set(text);
        words[index] = memory.address;
      } else words[index] = typeof argument === 'object' ? argument.address : argument;
    }
    const result = call(syscallNumber(name, hostArchitecture()), ...words);
    return result === -1 ? -koffi().errno() : result;
  });
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
