import { POLLIN } from './kernel/socket.ts';
import { syscallNumber } from './kernel/syscall-numbers.ts';
import { libcFunction } from './koffi.ts';
import { allocateMemory, withScratch } from './memory.ts';
import { writeField } from './struct/layout.ts';
import { pollfd, timespec } from './struct/structs.ts';
import { hostArchitecture, syscall } from './syscall.ts';

/**
 * Waits until one of the descriptors is readable or closed.
 * @param timeoutMs how long to wait; a negative value waits for ever
 * @returns the descriptors that are ready; none of them when the time ran out
 * @throws {SystemError}
 */
export function pollReadable(fds: readonly number[], timeoutMs: number): number[] {
  return withScratch((take) => {
    const set = take(fds.length * pollfd.size);
    for (const [index, fd] of fds.entries()) {
      set.view.setInt32(index * pollfd.size, fd, true);
      set.view.setUint16(index * pollfd.size + pollfd.offsets.events, POLLIN, true);
    }
    const limit = take(timespec.size);
    const wait = Math.max(0, timeoutMs);
    writeField(limit.view, 0, 'i64', Math.floor(wait / 1000));
    writeField(limit.view, 8, 'i64', Math.floor((wait % 1000) * 1e6));
    syscall(undefined, 'ppoll', set, fds.length, timeoutMs < 0 ? 0 : limit, 0, 8);
    return fds.filter((_, index) => set.view.getUint16(index * pollfd.size + pollfd.offsets.revents, true) !== 0);
  });
}

let asyncSyscall: ReturnType<typeof libcFunction> | undefined;

/** Like `pollReadable` for one descriptor and without a time limit, on another thread: the event loop goes on. */
export function pollReadableLater(fd: number): Promise<void> {
  asyncSyscall ??= libcFunction(
    'syscall',
    'long',
    Array.from({ length: 7 }, () => 'uint64_t'),
  );
  const set = allocateMemory(pollfd.size);
  set.view.setInt32(0, fd, true);
  set.view.setUint16(pollfd.offsets.events, POLLIN, true);
  const number = syscallNumber('ppoll', hostArchitecture());
  return new Promise((resolve, reject) => {
    const poll = () =>
      asyncSyscall?.async(number, set.address, 1, 0, 0, 8, 0, (error: unknown) => {
        if (error) reject(error);
        else if (set.view.getUint16(pollfd.offsets.revents, true) !== 0) resolve();
        // A signal interrupted it.
        else poll();
      });
    poll();
  });
}
