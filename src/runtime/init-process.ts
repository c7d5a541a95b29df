import type { Fd } from '../../native-bindings/fd.ts';
import { openFile, readToEnd } from '../../native-bindings/files.ts';
import { O_RDONLY } from '../../native-bindings/kernel/open.ts';
import { openPidfd, reapPidfd } from '../../native-bindings/process.ts';
import { isErrno } from '../../native-bindings/system-error.ts';

/** What /proc/PID/stat tells of a process. */
export interface ProcessStatus {
  /** proc_pid_stat(5): R, S, D, Z, X, ... */
  readonly state: string;
  /** Clock ticks between boot and the start of the process. */
  readonly startTime: string;
}

/** Reads /proc/PID/stat; undefined when there is no such process. @throws {SystemError} */
export function processStatus(pid: number): ProcessStatus | undefined {
  try {
    using file = openFile(`/proc/${pid}/stat`, O_RDONLY);
    const text = new TextDecoder().decode(readToEnd(file.number));
    // The second field is the program's name in parentheses and may hold anything, parentheses and blanks too.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state = '', startTime = ''] = [fields[0], fields[19]];
    return { state, startTime };
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

/** Whether the process that was init is still there and not a zombie: same pid and same start time. */
export function isAlive(pid: number, startTime: string): boolean {
  const status = processStatus(pid);
  return status !== undefined && status.startTime === startTime && status.state !== 'Z' && status.state !== 'X';
}

/**
 * A pidfd for init, or undefined when it has ended. The start time is compared after the pidfd was opened: from then
 * on the pid cannot be another process's without the pidfd being dead.
 */
export function openInit(pid: number, startTime: string): Fd | undefined {
  const pidfd = openPidfd(pid);
  if (!pidfd) return undefined;
  if (isAlive(pid, startTime)) return pidfd;
  pidfd.close();
  return undefined;
}

/**
 * Reaps an init that has ended, if it is a child of this process: in a program that lives on, the library's containers
 * would otherwise stay zombies. Everywhere else its parent reaps it.
 */
export function reapInit(pid: number, startTime: string): void {
  const status = processStatus(pid);
  if (status?.startTime !== startTime || status.state !== 'Z') return;
  using pidfd = openPidfd(pid);
  if (!pidfd) return;
  try {
    reapPidfd(pidfd.number, { hang: false });
  } catch (error) {
    if (!isErrno(error, 'ECHILD')) throw error;
  }
}
