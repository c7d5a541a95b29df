import type { Command } from 'commander';
import type { FlagsEnd } from './normalise-arguments.ts';
import type { Session } from './session.ts';

/** A command of the command line: what it takes, and what it does with it. One file a command. */
export interface CommandDefinition {
  /** The operands as the help shows them: `<container-id> [signal]`. */
  readonly operands: string;
  /** How many operands there may be. */
  readonly count: { readonly minimum: number; readonly maximum: number };
  /** What the command does and what its operands mean, for the help. */
  readonly description: string;
  readonly flagsEnd: FlagsEnd;
  /** Put before the message of every failure but a usage error, for example `ocirun create failed: `. */
  readonly failurePrefix?: string;
  /** Adds the command's flags. */
  readonly addFlags?: (command: Command) => void;
  /** The values of the flags when none is given, as commander would hand them over; nothing where there are none. */
  readonly defaults?: object;
  /**
   * Does what the command is for: one call into the runtime.
   * @param flags the values of its flags, as commander hands them over
   * @returns the exit status
   */
  readonly run: (session: Session, operands: readonly string[], flags: object) => number | Promise<number>;
}
