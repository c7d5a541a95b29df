import { afterEach, beforeAll, beforeEach, describe, expect } from 'bun:test';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasBusybox, makeRootfs } from './busybox-rootfs.ts';
import { baseConfig, type Json, patched } from './config.ts';
import { adoptOrphans, cgroupRoot, cgroupsNamed, descendants, mounts } from './leftovers.ts';
import { type CommandOptions, isBuilt, type Result, type RunningCommand, runOcirun, startOcirun } from './ocirun.ts';
import { until } from './until.ts';

/** In the name of every container and cgroup of this process: tests may run beside other ones on the same host. */
const PREFIX = `ocirun-test-${process.pid}`;

/** A condition of a test and what to say where it does not hold. */
export type Need = readonly [condition: unknown, reason: string];

const NEEDS: readonly Need[] = [
  [isBuilt, 'dist/ocirun is not built'],
  [process.geteuid?.() === 0, 'needs root'],
  [hasBusybox, 'busybox-static is not installed'],
  [cgroupRoot, 'no cgroup2 is mounted'],
];

/** The reasons why tests with these needs cannot run, or the empty string. */
export const missing = (needs: readonly Need[]): string =>
  needs.flatMap(([condition, reason]) => (condition ? [] : [reason])).join(', ');

/** The state of a container as `ocirun state` prints it. */
export type State = {
  readonly id: string;
  readonly pid: number;
  readonly status: string;
  readonly [key: string]: unknown;
};

/** The place of one test: a directory of its own, a state root, and commands that use it. */
export class Host {
  readonly base: string;
  readonly root: string;
  private count = 0;
  private readonly mountsBefore = mounts();

  constructor() {
    this.base = mkdtempSync(join(tmpdir(), 'ocirun-host-test-'));
    chmodSync(this.base, 0o755);
    this.root = join(this.base, 'state');
  }

  /** A name for a container that no other test uses. */
  id(name = 'c'): string {
    return `${PREFIX}-${this.count++}-${name}`;
  }

  path(name: string): string {
    return join(this.base, name);
  }

  /** Makes a bundle: the base config with a change laid over it, and a root file system in `rootfs`. */
  bundle(change: Json = {}): string {
    const bundle = this.path(`bundle-${this.count++}`);
    makeRootfs(join(bundle, 'rootfs'));
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(patched(baseConfig(), change)));
    return bundle;
  }

  /** A bundle whose program is a shell script. */
  script(text: string, change: Json = {}): string {
    return this.bundle(patched(change, { process: { args: ['sh', '-c', text] } }));
  }

  /** A command, with the state root of this test unless it names another. */
  ocirun(args: readonly string[], options?: CommandOptions): Result {
    return runOcirun(['--root', this.root, ...args], this.path(`command-${this.count++}`), options);
  }

  /** Starts a command beside the test. */
  begin(args: readonly string[], options?: CommandOptions): RunningCommand {
    return startOcirun(['--root', this.root, ...args], this.path(`command-${this.count++}`), options);
  }

  /** A command that must succeed. Returns what it printed. */
  succeed(args: readonly string[], options?: CommandOptions): string {
    const result = this.ocirun(args, options);
    expect({ args, ...result }).toMatchObject({ status: 0 });
    return result.stdout;
  }

  /** A command that must fail with one line on stderr and status 1. Returns what the line says. */
  fail(args: readonly string[], options?: CommandOptions): string {
    const result = this.ocirun(args, options);
    return failureOf(result);
  }

  /** `create`, which must succeed. */
  create(bundle: string, id = this.id(), flags: readonly string[] = []): string {
    this.succeed(['create', '--bundle', bundle, ...flags, id]);
    return id;
  }

  /** `run` of a container in the foreground. */
  run(bundle: string, flags: readonly string[] = [], options?: CommandOptions): Result {
    return this.ocirun(['run', '--bundle', bundle, ...flags, this.id()], options);
  }

  /** What a shell script in a container prints. It must end with status 0 and write nothing to stderr. */
  output(text: string, change: Json = {}, flags: readonly string[] = []): string {
    const result = this.run(this.script(text, change), flags);
    expect(result).toMatchObject({ status: 0, stderr: '' });
    return result.stdout.trimEnd();
  }

  state(id: string): State {
    return JSON.parse(this.succeed(['state', id]));
  }

  async waitFor(id: string, status: string): Promise<State> {
    return until(`container ${id} is ${status}`, () => {
      const state = this.state(id);
      return state.status === status ? state : undefined;
    });
  }

  /** Asserts that no process, cgroup, mount and state is left. What needs a moment to vanish gets it. */
  async assertClean(): Promise<void> {
    const nothing = { processes: [], cgroups: [], newMounts: [], states: [] };
    let left: unknown;
    await until('nothing is left', () => {
      left = this.leftovers();
      return Bun.deepEquals(left, nothing) || undefined;
    }).catch(() => undefined);
    expect(left).toEqual(nothing);
  }

  private leftovers() {
    return {
      processes: descendants(),
      cgroups: cgroupsNamed(PREFIX),
      newMounts: mounts().filter((mount) => !this.mountsBefore.includes(mount)),
      states: existsSync(this.root) ? readdirSync(this.root) : [],
    };
  }

  /** Ends whatever a failed test has left, so that the next one starts clean. */
  dispose(): void {
    for (const { pid } of descendants()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended meanwhile.
      }
    }
    const states = existsSync(this.root) ? readdirSync(this.root) : [];
    for (const id of states) this.ocirun(['delete', '--force', id]);
    for (const cgroup of cgroupsNamed(PREFIX).reverse()) Bun.spawnSync(['rmdir', cgroup]);
    rmSync(this.base, { recursive: true, force: true });
  }
}

/** Asserts that a command failed as bad input does: one line on stderr, nothing on stdout, status 1. */
export function failureOf(result: Result): string {
  expect(result).toMatchObject({ status: 1, stdout: '' });
  expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
  const text = /^time="[^"]+" level=error msg=(".*"|\S+)\n$/.exec(result.stderr)?.[1];
  expect({ stderr: result.stderr, isRecord: text !== undefined }).toMatchObject({ isRecord: true });
  return text?.startsWith('"') ? JSON.parse(text) : (text ?? '');
}

/**
 * A group of tests with containers. Each test gets a host of its own, by the function that the group gets, and must
 * leave nothing behind.
 */
export function hostTests(name: string, body: (host: () => Host) => void, needs: readonly Need[] = []): void {
  const lacks = missing([...NEEDS, ...needs]);
  describe.skipIf(lacks !== '')(lacks === '' ? name : `${name} (${lacks})`, () => {
    let current: Host | undefined;
    beforeAll(adoptOrphans);
    beforeEach(() => {
      current = new Host();
    });
    afterEach(async () => {
      const host = current;
      current = undefined;
      try {
        await host?.assertClean();
      } finally {
        host?.dispose();
      }
    });
    body(() => {
      if (!current) throw new Error('there is a host only while a test runs');
      return current;
    });
  });
}

/** The text of a file below /proc, which must be there. */
export const procfs = (path: string): string => readFileSync(`/proc/${path}`, 'utf8');
