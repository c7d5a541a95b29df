/** A command line that cannot be understood. It is answered with the message and the help of the command, exit 1. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
