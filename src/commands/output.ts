import { writePlainly } from '../../native-bindings/plain-write-package.ts';

const STDOUT = 1;

/**
 * Writes what a command answers. By system call: `process.stdout` costs a command 7 ms, and an answer that could not be
 * written (a full disk, a closed pipe) must not end in success.
 * @throws when it cannot be written
 */
export function print(text: string): void {
  try {
    writePlainly(STDOUT, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot write to standard output: ${reason}`, { cause: error });
  }
}
