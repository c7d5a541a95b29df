import type { Command } from 'commander';
import type { FlagSyntax } from './normalise-arguments.ts';

/** The flags of a commander command by all their names, for `normaliseArguments`. */
export function flagTableOf(command: Command): Map<string, FlagSyntax> {
  const table = new Map<string, FlagSyntax>();
  for (const { long, short, required } of command.options) {
    if (!long) continue;
    const flag = { long, takesValue: required };
    table.set(long.slice(2), flag);
    if (short) table.set(short.slice(1), flag);
  }
  return table;
}
