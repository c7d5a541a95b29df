import { Command } from 'commander';
import type { Level } from '../log/level.ts';
import type { LogFormat } from '../log/record.ts';
import { booleanOf } from './boolean-word.ts';
import { flagEntries, flagNames } from './flag-table.ts';
import { normaliseArguments } from './normalise-arguments.ts';

/** The values of the global flags, as commander hands them over. */
export interface GlobalFlags {
  readonly debug?: boolean;
  readonly log?: string;
  readonly logFormat?: string;
  readonly logLevel?: string;
  readonly root?: string;
  readonly systemdCgroup?: boolean;
  readonly cgroupManager?: string;
  readonly rootless: string;
  readonly criu?: string;
  readonly help?: boolean;
  readonly version?: boolean;
}

const ROOTLESS = 'auto';

/** The global flags: as commander writes them, what they mean, and their value when they are not given. */
const FLAGS: readonly (readonly [syntax: string, description: string, initial?: string])[] = [
  ['--debug', 'log everything that helps to find a mistake'],
  ['--log <file>', 'append log records to a file (default: stderr)'],
  ['--log-format <format>', 'text (default) or json'],
  ['--log-level <level>', 'the least grave records to log: error, warning, info or debug'],
  ['--root <dir>', 'where the state of containers is kept (default: /run/ocirun or $XDG_RUNTIME_DIR/ocirun)'],
  ['--systemd-cgroup', 'let systemd manage cgroups (not supported yet)'],
  ['--cgroup-manager <manager>', 'cgroupfs (systemd and disabled are not supported yet)'],
  ['--rootless <when>', 'go on without permission to use cgroups: true, false or auto', ROOTLESS],
  ['--criu <path>', 'accepted for old callers, without effect: criu is looked up in PATH'],
  ['-v, --version', 'print the version'],
  ['-h, --help', 'print this help'],
];

/**
 * The program with its global flags and without commands.
 * @param isWanted which flags commander is to know; each costs a twentieth of a millisecond
 */
export function globalProgram(isWanted: (long: string) => boolean = () => true): Command {
  const program = new Command('ocirun').helpOption(false);
  for (const [syntax, description, initial] of FLAGS) {
    if (isWanted(flagNames(syntax).long)) program.option(syntax, description, initial);
  }
  return program;
}

/**
 * The global flags, and what follows them: the command with all that belongs to it.
 * @throws {UsageError}
 */
export function parseGlobalFlags(args: readonly string[]): { globals: GlobalFlags; operands: readonly string[] } {
  // Many calls begin with the command: they need not wait for a parser of flags that are not there (0.5 ms).
  if (args[0] !== undefined && !args[0].startsWith('-')) return { globals: { rootless: ROOTLESS }, operands: args };
  const table = new Map(FLAGS.flatMap(([syntax]) => flagEntries(flagNames(syntax))));
  const { flags, operands } = normaliseArguments(args, table, 'at-first-operand');
  const given = new Set(flags.map((flag) => flag.split('=', 1)[0]));
  const program = globalProgram((long) => given.has(long));
  program.parse([...flags], { from: 'user' });
  return { globals: { rootless: ROOTLESS, ...program.opts<Partial<GlobalFlags>>() }, operands };
}

/** What the logging flags ask for. */
export interface LogFlags {
  readonly path: string | undefined;
  readonly format: LogFormat;
  readonly threshold: Level;
}

/**
 * Reads the logging flags. Without a word about the level, a log file gets errors alone: podman reads the file as one
 * JSON object, which a warning before the error would spoil. On stderr a person may be reading: warnings are shown.
 * @throws for a format or level that does not exist
 */
export function logFlags(flags: GlobalFlags): LogFlags {
  const path = flags.log === undefined || flags.log === '' ? undefined : flags.log;
  return { path, format: formatOf(flags.logFormat), threshold: thresholdOf(flags, path) };
}

function formatOf(text = ''): LogFormat {
  if (text === '' || text === 'text') return 'text';
  if (text === 'json') return 'json';
  throw new Error(`invalid log-format: ${text}`);
}

const THRESHOLDS: Readonly<Record<string, Level>> = {
  error: 'error',
  warning: 'warning',
  warn: 'warning',
  info: 'info',
  debug: 'debug',
};

function thresholdOf(flags: GlobalFlags, path: string | undefined): Level {
  const asked = flags.logLevel === undefined ? undefined : flags.logLevel.toLowerCase();
  if (asked !== undefined && !Object.hasOwn(THRESHOLDS, asked)) throw new Error(`invalid log-level: ${flags.logLevel}`);
  if (flags.debug) return 'debug';
  return (asked && THRESHOLDS[asked]) || (path === undefined ? 'warning' : 'error');
}

/** Refuses the global flags that ask for what ocirun does not do. @throws naming the flag */
export function checkSupport(flags: GlobalFlags): void {
  if (flags.systemdCgroup) throw new Error('--systemd-cgroup is not supported yet: cgroups are made without systemd');
  const manager = flags.cgroupManager ?? 'cgroupfs';
  if (manager !== 'cgroupfs') {
    throw new Error(`--cgroup-manager ${JSON.stringify(manager)} is not supported yet: only "cgroupfs" is`);
  }
  if (flags.rootless !== 'auto' && booleanOf(flags.rootless) === undefined) {
    throw new Error(`invalid --rootless value ${JSON.stringify(flags.rootless)}: want true, false or auto`);
  }
}
