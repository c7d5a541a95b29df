import type { Invocation } from './invocation.ts';
import { print } from './output.ts';
import { engineName, versionText } from './version.ts';

/** Prints what `--version` prints. @returns the exit status */
export function printVersion(invocation: Invocation): number {
  print(versionText({ ...invocation, engine: engineName() }));
  return 0;
}
