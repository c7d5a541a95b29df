import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const project = dirname(dirname(import.meta.dirname));
/** The executable under test: another than the project's own by OCIRUN_EXECUTABLE. */
export const executable = process.env.OCIRUN_EXECUTABLE ?? join(project, 'dist/ocirun');
export const isBuilt = existsSync(executable);

/** What a command that ended has said. */
export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  /** A program and its arguments that get the command line of ocirun appended. */
  readonly through?: readonly string[];
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };

/** Files for the streams of a command: a pipe would be held open by a container that outlives it. */
class Streams {
  readonly base: string;
  constructor(base: string) {
    this.base = base;
  }
  /** Opens one of them for as long as `use` takes. */
  open(use: (stdout: number, stderr: number) => void): void {
    const stdout = openSync(`${this.base}.out`, 'w');
    const stderr = openSync(`${this.base}.err`, 'w');
    try {
      use(stdout, stderr);
    } finally {
      closeSync(stdout);
      closeSync(stderr);
    }
  }
  get stdout(): string {
    return readFileSync(`${this.base}.out`, 'utf8');
  }
  get stderr(): string {
    return readFileSync(`${this.base}.err`, 'utf8');
  }
}

/** Runs `ocirun ARGS` to its end. @param base the path, without an ending, of the files that take its output */
export function runOcirun(args: readonly string[], base: string, options: CommandOptions = {}): Result {
  const streams = new Streams(base);
  let status: number | null = null;
  streams.open((stdout, stderr) => {
    const result = Bun.spawnSync([...(options.through ?? []), executable, ...args], {
      cwd: options.cwd ?? '/',
      env: options.env ?? ENVIRONMENT,
      stdin: options.stdin === undefined ? 'ignore' : Buffer.from(options.stdin),
      stdout,
      stderr,
    });
    status = result.exitCode;
  });
  return { status, stdout: streams.stdout, stderr: streams.stderr };
}

/** A command that runs beside the test. */
export interface RunningCommand {
  readonly process: Bun.Subprocess;
  /** What it has written until now. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  readonly end: Promise<Result>;
}

/** Starts `ocirun ARGS`, and goes on. */
export function startOcirun(args: readonly string[], base: string, options: CommandOptions = {}): RunningCommand {
  const streams = new Streams(base);
  let child: Bun.Subprocess | undefined;
  streams.open((stdout, stderr) => {
    child = Bun.spawn([...(options.through ?? []), executable, ...args], {
      cwd: options.cwd ?? '/',
      env: options.env ?? ENVIRONMENT,
      stdin: options.stdin === undefined ? 'ignore' : Buffer.from(options.stdin),
      stdout,
      stderr,
    });
  });
  if (!child) throw new Error('the command was not started');
  const process = child;
  const end = process.exited.then(() => ({
    status: process.exitCode,
    stdout: streams.stdout,
    stderr: streams.stderr,
  }));
  return { process, output: streams, end };
}
