import { trySyscall } from './syscall.ts';

const owned = new Set<number>();

/** Whether a descriptor number is that of an `Fd`, and so of ocirun itself. */
export const isOwnFd = (number: number): boolean => owned.has(number);

/** An open file descriptor that is closed when its scope ends (`using`). */
export class Fd implements Disposable {
  readonly number: number;
  private open = true;

  constructor(number: number) {
    this.number = number;
    owned.add(number);
  }

  /** Gives the descriptor away: the caller (or the kernel) closes it from here on. */
  release(): number {
    this.open = false;
    owned.delete(this.number);
    return this.number;
  }

  close(): void {
    // close(2) frees the descriptor even when it reports an error: there is nothing to retry or to tell.
    if (!this.open) return;
    this.open = false;
    owned.delete(this.number);
    trySyscall('close', this.number);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
