import type { Fd } from '../../native-bindings/fd.ts';
import { openFile, writeAll } from '../../native-bindings/files.ts';
import { O_APPEND, O_CREAT, O_NOCTTY, O_WRONLY } from '../../native-bindings/kernel/open.ts';
import { type Level, passes } from './level.ts';
import { oneLine } from './one-line.ts';
import { formatRecord, type LogFormat } from './record.ts';

const STDERR = 2;

/** open(2): O_SYNC, the same on x86-64 and arm64. */
const O_SYNC = 0x101000;

export interface LogSettings {
  /** The file that records are appended to (`--log`); stderr where there is none. */
  readonly path: string | undefined;
  readonly format: LogFormat;
  readonly threshold: Level;
}

/**
 * The log of one command. Engines look for failures in two places, some in the log file and some on stderr, so an error
 * goes to both; everything else goes to the log alone, since stderr becomes the container's.
 */
export class Logger {
  private readonly settings: LogSettings;
  private readonly file: Fd | undefined;

  private constructor(settings: LogSettings, file: Fd | undefined) {
    this.settings = settings;
    this.file = file;
  }

  /**
   * Opens the log. The file is appended to and never truncated: engines let all commands of a container share one.
   * @throws {SystemError} when the file cannot be opened
   */
  static open(settings: LogSettings): Logger {
    if (settings.path === undefined) return new Logger(settings, undefined);
    // O_SYNC: engines read the file when the command has ended, and after a crash of the host.
    const flags = O_CREAT | O_WRONLY | O_APPEND | O_SYNC | O_NOCTTY;
    return new Logger(settings, openFile(settings.path, flags, 0o644));
  }

  /** Reports the failure of the command: in the log, and to the person or engine that reads stderr. */
  error(message: string): void {
    this.record('error', message);
    if (this.file) tryWrite(STDERR, `${oneLine(message)}\n`);
  }

  /** Reports what the user should know although nothing failed. */
  warn(message: string): void {
    this.record('warning', message);
  }

  /** Reports what helps to find out why something happened. */
  debug(message: string): void {
    this.record('debug', message);
  }

  /** True when debug records are written: what they cost to make can be saved otherwise. */
  get debugs(): boolean {
    return passes('debug', this.settings.threshold);
  }

  private record(level: Level, message: string): void {
    if (!passes(level, this.settings.threshold)) return;
    const line = formatRecord(this.settings.format, { level, message, time: new Date() });
    tryWrite(this.file?.number ?? STDERR, `${line}\n`);
  }
}

/** Writes in one call, so that records of several commands do not mix in the file that they share. */
function tryWrite(fd: number, text: string): void {
  try {
    writeAll(fd, text);
  } catch {
    // A full disk or a closed stderr leaves nobody to tell; the exit code still does.
  }
}
