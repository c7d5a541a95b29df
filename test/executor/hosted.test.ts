import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** executor.c under checkers, inside an ordinary process: hosted.c says what for. */

const SOURCE = join(import.meta.dirname, 'hosted.c');
const has = (command: string) => spawnSync(command, ['--version']).status === 0;
const skip = (missing: readonly string[]) => {
  const absent = missing.filter((command) => !has(command));
  return absent.length > 0 ? ` (skipped: no ${absent.join(', ')})` : '';
};

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocirun-hosted-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Compiles hosted.c, runs it and answers what it printed. */
function run(
  name: string,
  options: readonly string[],
  before: readonly string[],
  seed: number,
  streams: number,
): string {
  const program = join(folder, name);
  const common = ['-std=gnu11', '-O1', '-g', '-Wall', '-Wextra', '-Werror'];
  const compiled = spawnSync('gcc', [...common, ...options, '-o', program, SOURCE], { encoding: 'utf8' });
  expect(compiled.stderr).toBe('');
  const [command = program, ...args] = [...before, program, String(seed), String(streams)];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  expect({ seed, status, stderr }).toEqual({ seed, status: 0, stderr: '' });
  return stdout;
}

const number = (text: string, word: string) => Number(new RegExp(`${word} (\\d+)`).exec(text)?.[1]);

describe.skipIf(process.arch !== 'x64')('executor.c, hosted (x86-64 only)', () => {
  for (const seed of [1, Math.floor(Math.random() * 1e6)]) {
    const asan = skip(['gcc']);
    test.skipIf(asan !== '')(
      `seed ${seed}: address and undefined behaviour sanitizers${asan}`,
      () => {
        // AddressSanitizer keeps its own memory where the area lies.
        const options = ['-DAREA=0x200000000000ul', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
        const printed = run('asan', options, [], seed, 20_000);
        expect(number(printed, 'calls')).toBeGreaterThan(20_000);
        for (const code of [0, 65, 66, 67]) expect(number(printed, `${code}:`)).toBeGreaterThan(0);
      },
      60_000,
    );

    const valgrind = skip(['gcc', 'valgrind']);
    test.skipIf(valgrind !== '')(
      `seed ${seed}: valgrind${valgrind}`,
      () => {
        const printed = run('valgrind', ['-DUSE_VALGRIND'], ['valgrind', '-q', '--error-exitcode=9'], seed, 500);
        expect(number(printed, 'replies')).toBeGreaterThan(100);
      },
      60_000,
    );
  }
});
