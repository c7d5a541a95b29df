import { trySyscall } from './syscall.ts';

/** An open file descriptor that is closed when its scope ends (`using`). */
export class Fd implements Disposable {
  readonly number: number;
  private open = true;

  constructor(number: number) {
    this.number = number;
  }

  /** Gives the descriptor away: the caller (or the kernel) closes it from here on. */
  release(): number {
    this.open = false;
    return this.number;
  }

  close(): void {
    // close(2) frees the descriptor even when it reports an error: there is nothing to retry or to tell.
    if (this.open) trySyscall('close', this.number);
    this.open = false;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
