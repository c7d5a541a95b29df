import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountsBelow } from './leftovers.ts';

/** How a command of ocirun ended. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** A signal asked the demo to end. */
export class Interrupted extends Error {
  readonly signal: number;
  constructor(signal: number) {
    super('interrupted');
    this.signal = signal;
  }
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** The folder that the demo works in, the commands it runs there, and the clean-up. */
export class Session implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ocirun-demo-'));
  /** Whose standard output and error the container's are. */
  readonly log = join(this.folder, 'container.log');
  private readonly executable: string;
  private readonly containers = new Set<string>();
  private signal: number | undefined;

  constructor(executable: string) {
    this.executable = executable;
    mkdirSync(join(this.folder, 'bundle'));
    for (const [name, number] of Object.entries(SIGNALS)) {
      // Only noted: what runs at that moment ends first, so that the clean-up sees all that it made.
      process.on(name, () => {
        this.signal = number;
      });
    }
  }

  /** Runs a command in the folder. @throws {Interrupted} when a signal came meanwhile */
  async run(args: readonly string[], options: { readonly containerOutput?: boolean } = {}): Promise<Outcome> {
    const outcome = await this.spawn(args, options.containerOutput ?? false);
    this.checkSignal();
    return outcome;
  }

  /** Remembers a container that has to be deleted at the end whatever happens. */
  owns(id: string): void {
    this.containers.add(id);
  }

  /** Waits until a condition holds, at most a few seconds. @throws {Interrupted} */
  async until(condition: () => boolean): Promise<boolean> {
    for (const deadline = performance.now() + 10_000; performance.now() < deadline; ) {
      this.checkSignal();
      if (condition()) return true;
      await Bun.sleep(10);
    }
    return false;
  }

  /** What the container has written so far. */
  output(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** Deletes what is left of the containers and the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.containers) await this.spawn(['--root', 'state', 'delete', '--force', id], false);
    // Nothing of the container is mounted on the host. If it were, a removal of the folder would go into it.
    const mounts = mountsBelow(this.folder);
    if (mounts.length === 0) rmSync(this.folder, { recursive: true, force: true });
    else console.error(`${this.folder} is left as it is, because something is mounted there: ${mounts.join(', ')}`);
  }

  private checkSignal(): void {
    if (this.signal !== undefined) throw new Interrupted(this.signal);
  }

  private spawn(args: readonly string[], containerOutput: boolean): Promise<Outcome> {
    // A container keeps the descriptors that `create` has: a pipe to the demo would stay open as long as it lives.
    const log = containerOutput ? openSync(this.log, 'a') : undefined;
    return new Promise((resolve, reject) => {
      const begin = performance.now();
      const child = spawn(this.executable, args, {
        cwd: this.folder,
        stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'],
        // Ctrl-C is for the demo, which then ends what it has begun.
        detached: true,
      });
      const texts = { stdout: '', stderr: '' };
      child.stdout?.on('data', (chunk) => {
        texts.stdout += chunk;
      });
      child.stderr?.on('data', (chunk) => {
        texts.stderr += chunk;
      });
      let durationMs = 0;
      child.on('exit', () => {
        durationMs = performance.now() - begin;
      });
      child.on('error', reject);
      child.on('close', (status) => resolve({ status: status ?? -1, ...texts, durationMs }));
      if (log !== undefined) closeSync(log);
    });
  }
}
