import type { ErrnoName } from './kernel/errno.ts';
import { describeErrno, errnoName } from './kernel/errno.ts';

/**
 * A system call that the kernel refused. `message` reads like `openat2 "/run/x": no such file or directory`,
 * in the lower-case words of strerror(3), because container engines match on those words.
 */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  /** The errno as the kernel writes it, for example `ENOENT`. */
  readonly code: ErrnoName;
  readonly errno: number;
  /** The system call's name. */
  readonly call: string;
  /** What the call was about: a path, a pid, an option. */
  readonly subject: string | undefined;

  constructor(call: string, errno: number, subject?: string) {
    const code = errnoName(errno);
    const hint = code === 'ENOSYS' ? ` (the kernel is too old for ${call}; ocirun needs Linux 5.14)` : '';
    super(`${call}${subject === undefined ? '' : ` ${subject}`}: ${describeErrno(errno)}${hint}`);
    this.code = code;
    this.errno = errno;
    this.call = call;
    this.subject = subject;
  }
}

/** True when `error` is a SystemError with one of the given errno names. */
export function isErrno(error: unknown, ...codes: ErrnoName[]): error is SystemError {
  return error instanceof SystemError && codes.includes(error.code);
}
