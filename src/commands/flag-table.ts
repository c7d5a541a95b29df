import type { Command } from 'commander';
import type { FlagSyntax } from './normalise-arguments.ts';

/** The names of a flag, and whether a value follows them. */
export interface FlagNames {
  readonly long: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
}

/** Reads a flag as commander writes it: `-b, --bundle <dir>`. */
export function flagNames(syntax: string): FlagNames {
  const words = syntax.split(/[ ,]+/);
  return {
    long: words.find((word) => word.startsWith('--')) ?? '',
    short: words.find((word) => word.startsWith('-') && !word.startsWith('--')),
    takesValue: syntax.includes('<'),
  };
}

/** The entries of a flag in a table for `normaliseArguments`: one for each of its names. */
export function flagEntries({ long, short, takesValue }: FlagNames): [string, FlagSyntax][] {
  const flag = { long, takesValue };
  return [long.slice(2), ...(short ? [short.slice(1)] : [])].map((name) => [name, flag]);
}

/** The flags of a commander command by all their names, for `normaliseArguments`. */
export function flagTableOf(command: Command): Map<string, FlagSyntax> {
  return new Map(command.options.flatMap(({ flags }) => flagEntries(flagNames(flags))));
}
