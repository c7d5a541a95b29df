import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A package of its own that has ocirun among its dependencies, as a user of the library has. */

export const project = dirname(dirname(import.meta.dirname));

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2022',
    // Our declarations are checked too, not only what the consumer writes.
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
  files: ['main.ts'],
};

/** Makes the package in a temporary folder. */
export class Consumer implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ocirun-consumer-'));

  constructor() {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(project, join(this.folder, 'node_modules/ocirun'));
    symlinkSync(join(project, 'node_modules/@types'), join(this.folder, 'node_modules/@types'));
    symlinkSync(join(project, 'node_modules/undici-types'), join(this.folder, 'node_modules/undici-types'));
    this.write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    this.write('tsconfig.json', JSON.stringify(TSCONFIG));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs a program in the package's folder. */
  run(command: readonly string[]): { readonly status: number; readonly stdout: string; readonly stderr: string } {
    const result = Bun.spawnSync([...command], { cwd: this.folder, stdin: 'ignore' });
    return { status: result.exitCode, stdout: result.stdout.toString(), stderr: result.stderr.toString() };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
