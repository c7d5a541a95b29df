import { earlySyscall } from './early-syscall.ts';

/**
 * Writes a text to a descriptor without loading koffi, which saves `--version` and `features` a quarter of their time.
 * @throws {SystemError}
 */
export function writePlainly(fd: number, text: string): void {
  let rest: Uint8Array = new TextEncoder().encode(text);
  while (rest.length > 0) {
    const written = earlySyscall('write', fd, rest, rest.length);
    if (written <= 0) {
      // koffi is asked to fail in the same way and to say why. Required here, because only failures pay for it.
      (require('./files.ts') as typeof import('./files.ts')).writeAll(fd, rest);
      return;
    }
    rest = rest.subarray(written);
  }
}
