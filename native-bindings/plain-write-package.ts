import { writeAll } from './files.ts';

/**
 * Writes a text to a descriptor. For commands that need the kernel for nothing else: in the executable
 * `plain-write-embedded.ts` takes the place of this file, and does it without koffi.
 * @throws {SystemError}
 */
export function writePlainly(fd: number, text: string): void {
  writeAll(fd, text);
}
