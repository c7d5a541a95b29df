import type { GlobalFlags } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { print } from './output.ts';
import { UsageError } from './usage-error.ts';
import { engineName, versionText } from './version.ts';

/**
 * Runs one command line: the whole of `ocirun`. Failures are reported, never thrown. Modules are loaded when they are
 * needed: what `--version` does not use, it does not wait for.
 * @returns the exit status (contract section 2)
 */
export async function runCommandLine(invocation: Invocation): Promise<number> {
  try {
    if (asksForVersionAlone(invocation.args)) return printVersion(invocation);
    const { parseGlobalFlags } = await import('./global-flags.ts');
    const { globals, operands } = parseGlobalFlags(invocation.args);
    return await dispatch(invocation, globals, operands);
  } catch (error) {
    if (error instanceof UsageError) (await import('./help.ts')).printUsage(error);
    // The log is not open: stderr it is.
    return (await import('./failure.ts')).reportToStderr(error);
  }
}

async function dispatch(invocation: Invocation, globals: GlobalFlags, operands: readonly string[]): Promise<number> {
  const [name, ...args] = operands;
  if (globals.version) return printVersion(invocation);
  if (globals.help || name === undefined || name === 'help' || name === 'h') {
    await (await import('./help.ts')).printHelp(name === 'help' || name === 'h' ? args[0] : name);
    return 0;
  }
  return (await import('./run-command.ts')).runCommand(name, args, { invocation, globals });
}

/** The one question that engines ask again and again, answered before commander is loaded. */
function asksForVersionAlone(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '--version' || args[0] === '-v');
}

function printVersion(invocation: Invocation): number {
  print(versionText({ ...invocation, engine: engineName() }));
  return 0;
}
