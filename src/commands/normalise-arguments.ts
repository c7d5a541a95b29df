import { booleanOf } from './boolean-word.ts';
import { UsageError } from './usage-error.ts';

/** What the parser must know of a flag. */
export interface FlagSyntax {
  /** As commander knows it: `--bundle`. */
  readonly long: string;
  readonly takesValue: boolean;
}

/** Flags by every name that they go by, without dashes: `bundle` and `b` lead to the same flag. */
export type FlagTable = ReadonlyMap<string, FlagSyntax>;

/** Where flags end: nowhere before `--`, or at the first word that is not a flag (what follows is taken as it stands). */
export type FlagsEnd = 'at-double-dash' | 'at-first-operand';

export interface NormalisedArguments {
  /** Flags in the one form that needs no knowledge to be parsed: `--detach`, `--bundle=/b`. */
  readonly flags: readonly string[];
  readonly operands: readonly string[];
}

/**
 * Rewrites a command line in runc's style into commander's. runc's flags are those of Go: one dash is as good as two
 * (engines do write `-no-subreaper`), booleans take `=true` and `=false`, a value may follow `=` or stand as the next
 * word, whatever it looks like, and the last of several wins.
 *
 * @throws {UsageError} in the words that engines and runc's tests look for
 */
export function normaliseArguments(args: readonly string[], table: FlagTable, end: FlagsEnd): NormalisedArguments {
  let flags: string[] = [];
  const operands: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      if (end === 'at-first-operand') {
        operands.push(...args.slice(index));
        break;
      }
      operands.push(word);
      continue;
    }
    const { name, value } = splitFlag(word);
    const flag = table.get(name);
    if (flag === undefined) throw new UsageError(`flag provided but not defined: -${name}`);
    if (flag.takesValue) {
      const given = value ?? args[++index];
      if (given === undefined) throw new UsageError(`flag needs an argument: ${word}`);
      flags.push(`${flag.long}=${given}`);
    } else {
      const on = value === undefined ? true : booleanOf(value);
      if (on === undefined) throw new UsageError(`invalid boolean value "${value}" for -${name}: parse error`);
      flags = flags.filter((other) => other !== flag.long);
      if (on) flags.push(flag.long);
    }
  }
  return { flags, operands };
}

function splitFlag(word: string): { name: string; value: string | undefined } {
  const text = word.slice(word.startsWith('--') ? 2 : 1);
  if (text.startsWith('-') || text.startsWith('=')) throw new UsageError(`bad flag syntax: ${word}`);
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text, value: undefined };
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}
