import type { Invocation } from './invocation.ts';
import { printVersion } from './print-version.ts';

/**
 * Runs one command line: the whole of `ocirun`. Failures are reported, never thrown. What `--version` does not use, it does
 * not wait for.
 * @returns the exit status (contract section 2)
 */
export async function runCommandLine(invocation: Invocation): Promise<number> {
  try {
    if (asksForVersionAlone(invocation.args)) return printVersion(invocation);
  } catch (error) {
    return (await import('./failure.ts')).reportToStderr(error);
  }
  return (await import('./dispatch.ts')).dispatchCommandLine(invocation);
}

/** The one question that engines ask again and again, answered before commander is loaded. */
function asksForVersionAlone(args: readonly string[]): boolean {
  return args.length === 1 && (args[0] === '--version' || args[0] === '-v');
}
