import { Command } from 'commander';
import type { Level } from '../log/level.ts';
import type { LogFormat } from '../log/record.ts';
import { booleanOf } from './boolean-word.ts';
import { flagTableOf } from './flag-table.ts';
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

/** The program with its global flags and without commands. */
export function globalProgram(): Command {
  return new Command('ocirun')
    .helpOption(false)
    .option('--debug', 'log everything that helps to find a mistake')
    .option('--log <file>', 'append log records to a file (default: stderr)')
    .option('--log-format <format>', 'text (default) or json')
    .option('--log-level <level>', 'the least grave records to log: error, warning, info or debug')
    .option('--root <dir>', 'where the state of containers is kept (default: /run/ocirun or $XDG_RUNTIME_DIR/ocirun)')
    .option('--systemd-cgroup', 'let systemd manage cgroups (not supported yet)')
    .option('--cgroup-manager <manager>', 'cgroupfs (systemd and disabled are not supported yet)')
    .option('--rootless <when>', 'go on without permission to use cgroups: true, false or auto', ROOTLESS)
    .option('--criu <path>', 'accepted for old callers, without effect: criu is looked up in PATH')
    .option('-v, --version', 'print the version')
    .option('-h, --help', 'print this help');
}

/**
 * The global flags, and what follows them: the command with all that belongs to it.
 * @throws {UsageError}
 */
export function parseGlobalFlags(args: readonly string[]): { globals: GlobalFlags; operands: readonly string[] } {
  // Many calls begin with the command: they need not wait for a parser of flags that are not there (0.5 ms).
  if (args[0] !== undefined && !args[0].startsWith('-')) return { globals: { rootless: ROOTLESS }, operands: args };
  const program = globalProgram();
  const { flags, operands } = normaliseArguments(args, flagTableOf(program), 'at-first-operand');
  program.parse(flags, { from: 'user' });
  return { globals: program.opts<GlobalFlags>(), operands };
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
