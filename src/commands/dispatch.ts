import { reportToStderr } from './failure.ts';
import { type GlobalFlags, parseGlobalFlags } from './global-flags.ts';
import { printHelp, printUsage } from './help.ts';
import type { Invocation } from './invocation.ts';
import { printVersion } from './print-version.ts';
import { runCommand } from './run-command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Everything but the bare `--version`: global flags, help, and the commands. One module for what every command needs, since
 * each module that is loaded by itself costs a third of a millisecond.
 * @returns the exit status
 */
export async function dispatchCommandLine(invocation: Invocation): Promise<number> {
  try {
    const { globals, operands } = parseGlobalFlags(invocation.args);
    return await dispatch(invocation, globals, operands);
  } catch (error) {
    if (error instanceof UsageError) printUsage(error);
    // The log is not open: stderr it is.
    return reportToStderr(error);
  }
}

async function dispatch(invocation: Invocation, globals: GlobalFlags, operands: readonly string[]): Promise<number> {
  const [name, ...args] = operands;
  if (globals.version) return printVersion(invocation);
  if (globals.help || name === undefined || name === 'help' || name === 'h') {
    await printHelp(name === 'help' || name === 'h' ? args[0] : name);
    return 0;
  }
  return runCommand(name, args, { invocation, globals });
}
