import { UsageError } from './usage-error.ts';

/**
 * Checks how many operands a command was given.
 * @throws {UsageError} in runc's words, which begin with the program's own name
 */
export function checkOperandCount(
  count: { readonly minimum: number; readonly maximum: number },
  given: number,
  names: { readonly program: string; readonly command: string },
): void {
  const { minimum, maximum } = count;
  const start = `${names.program}: "${names.command}" requires`;
  if (minimum === maximum && given !== minimum) throw new UsageError(`${start} exactly ${minimum} argument(s)`);
  if (given < minimum) throw new UsageError(`${start} a minimum of ${minimum} argument(s)`);
  if (given > maximum) throw new UsageError(`${start} a maximum of ${maximum} argument(s)`);
}
