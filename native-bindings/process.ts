import { Fd } from './fd.ts';
import { withScratch } from './memory.ts';
import { writeField } from './struct/layout.ts';
import { rlimit64 } from './struct/structs.ts';
import { syscall, trySyscall } from './syscall.ts';

/** Processes by pidfd, so that a recycled pid is never taken for the process that was meant. */

const P_PIDFD = 3;
const WEXITED = 4;
const WNOHANG = 1;
const CLD_EXITED = 1;
const SIGINFO_BYTES = 128;

/** A pidfd for a pid, or undefined when there is no such process. @throws {SystemError} */
export function openPidfd(pid: number): Fd | undefined {
  const result = trySyscall('pidfd_open', pid, 0);
  if (result === -3 || result === -22) return undefined;
  if (result < 0) syscall(`pid ${pid}`, 'pidfd_open', pid, 0);
  return new Fd(result);
}

/** Sends a signal through a pidfd. False when the process is gone. @throws {SystemError} */
export function signalPidfd(pidfd: number, signal: number): boolean {
  const result = trySyscall('pidfd_send_signal', pidfd, signal, 0, 0);
  if (result === -3) return false;
  if (result < 0) syscall(`signal ${signal}`, 'pidfd_send_signal', pidfd, signal, 0, 0);
  return true;
}

/** How a process ended. */
export type Exit =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: number };

/** Reaps a child through its pidfd; with `hang: false` undefined while it still runs. @throws {SystemError} ECHILD */
export function reapPidfd(pidfd: number, options: { hang: boolean }): Exit | undefined {
  return withScratch((take) => {
    const info = take(SIGINFO_BYTES);
    syscall(`pidfd ${pidfd}`, 'waitid', P_PIDFD, pidfd, info, WEXITED | (options.hang ? 0 : WNOHANG), 0);
    // siginfo_t: si_signo 0, si_errno 4, si_code 8, si_pid 16, si_uid 20, si_status 24
    if (info.view.getInt32(16, true) === 0) return undefined;
    const status = info.view.getInt32(24, true);
    return info.view.getInt32(8, true) === CLD_EXITED ? { kind: 'exited', status } : { kind: 'killed', signal: status };
  });
}

/** Sets a resource limit of another process (prlimit(2)). @throws {SystemError} */
export function setLimit(pid: number, resource: number, soft: number | bigint, hard: number | bigint): void {
  withScratch((take) => {
    const limit = take(rlimit64.size);
    writeField(limit.view, 0, 'u64', soft);
    writeField(limit.view, 8, 'u64', hard);
    syscall(`pid ${pid}`, 'prlimit64', pid, resource, limit, 0);
  });
}

/** The soft and hard limit of a process (0: this one), or undefined when the kernel does not tell. */
export function limitOf(pid: number, resource: number): { soft: bigint; hard: bigint } | undefined {
  return withScratch((take) => {
    const limit = take(rlimit64.size);
    if (trySyscall('prlimit64', pid, resource, 0, limit) < 0) return undefined;
    return { soft: limit.view.getBigUint64(0, true), hard: limit.view.getBigUint64(8, true) };
  });
}
