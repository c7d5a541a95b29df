import { Logger } from '../log/logger.ts';
import { UsageError } from './usage-error.ts';

const FAILURE = 1;
const UNKNOWN_COMMAND = 3;

/** A word where a command was wanted. */
export class UnknownCommand extends Error {
  constructor(name: string) {
    super(`No help topic for '${name}'`);
  }
}

/**
 * Reports why a command failed.
 * @param prefix what the command puts before its own failures; a mistake in the command line is reported without
 * @returns the exit status
 */
export function report(logger: Logger, error: unknown, prefix = ''): number {
  if (logger.debugs && error instanceof Error && error.stack) logger.debug(error.stack);
  const message = error instanceof Error ? error.message : String(error);
  logger.error(`${error instanceof UsageError ? '' : prefix}${message}`);
  return error instanceof UnknownCommand ? UNKNOWN_COMMAND : FAILURE;
}

/** Reports a failure from before the log is known. */
export function reportToStderr(error: unknown): number {
  return report(Logger.open({ path: undefined, format: 'text', threshold: 'warning' }), error);
}
