/**
 * Compiles native-bindings/executor/executor.c for both architectures and writes elf.generated.ts, so that users need
 * no compiler. With `--check` it writes nothing and compares byte for byte what it built with what is checked in.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from '../native-bindings/kernel/syscall-numbers.ts';

const FOLDER = join(import.meta.dirname, '../native-bindings/executor');
const SOURCE = join(FOLDER, 'executor.c');
const OUTPUT = join(FOLDER, 'elf.generated.ts');

/** Per architecture: the compilers to try, what `-dumpmachine` of a right one begins with, and its own options. */
const TARGETS: Readonly<Record<Architecture, { compilers: string[]; machine: string; options: string[] }>> = {
  x64: {
    compilers: ['x86_64-linux-gnu-gcc', 'gcc'],
    machine: 'x86_64',
    options: ['-fcf-protection=none', '-Wa,-mx86-used-note=no'],
  },
  arm64: { compilers: ['aarch64-linux-gnu-gcc', 'gcc'], machine: 'aarch64', options: ['-mno-outline-atomics'] },
};

const OPTIONS = [
  ...['-std=c11', '-Os', '-Wall', '-Wextra', '-Wconversion', '-Werror'],
  // Calls, strings and results share the area: the same bytes are read under several types.
  '-fno-strict-aliasing',
  // Distributions switch these on by default; each would need a libc, or differ between hosts.
  ...['-ffreestanding', '-fno-stack-protector', '-fno-pic', '-fno-ident'],
  ...['-fno-asynchronous-unwind-tables', '-fno-unwind-tables'],
  // One segment, readable and executable; no segment that can be written, no executable stack.
  ...['-nostdlib', '-static', '-no-pie', '-Wl,--build-id=none', '-Wl,-s'],
  ...['-Wl,-z,noseparate-code', '-Wl,-z,noexecstack', '-Wl,-z,norelro'],
];

interface Toolchain {
  readonly compiler: string;
  /** Compiler and linker with their versions: other versions give other bytes. */
  readonly version: string;
  readonly options: readonly string[];
}

function run(command: string, args: readonly string[]): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) return undefined;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}`);
  return stdout;
}

/** The toolchain for an architecture, or undefined when this host has none. */
function findToolchain(architecture: Architecture): Toolchain | undefined {
  const { compilers, machine, options } = TARGETS[architecture];
  for (const compiler of compilers) {
    if (!run(compiler, ['-dumpmachine'])?.startsWith(machine)) continue;
    const linker = run(compiler, ['-print-prog-name=ld'])?.trim() ?? 'ld';
    // The first line of --version without the program's name, which differs between native and cross compilers.
    const [gcc, ld] = [compiler, linker].map((name) => run(name, ['--version'])?.split('\n')[0] ?? 'unknown');
    return {
      compiler,
      version: `gcc ${gcc?.replace(/^\S+ /, '')}; ${ld}`,
      options: [...OPTIONS, ...options],
    };
  }
  return undefined;
}

/** Compiles the executor and returns its ELF. */
function buildExecutor(toolchain: Toolchain): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'ocirun-executor-'));
  try {
    const output = join(folder, 'executor');
    run(toolchain.compiler, [...toolchain.options, '-o', output, SOURCE]);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text of elf.generated.ts for the given builds. */
function generate(builds: readonly { architecture: Architecture; version: string; elf: Buffer }[]): string {
  const facts = builds.flatMap(({ architecture, version, elf }) => [
    ` * ${architecture}: ${elf.length} bytes, sha256 ${createHash('sha256').update(elf).digest('hex')}`,
    ` * ${architecture}: ${version}`,
  ]);
  const entries = builds.map(({ architecture, elf }) => {
    const lines = elf.toString('base64').match(/.{1,108}/g) ?? [];
    return `  ${architecture}:\n${lines.map((line) => `    '${line}'`).join(' +\n')},`;
  });
  return [
    '/**',
    ' * The executor (executor.c) as static ELF files in base64. Made by tools/build-executor.ts: do not edit.',
    ...facts,
    ' */',
    "import type { Architecture } from '../kernel/syscall-numbers.ts';",
    '',
    'export const EXECUTOR_ELF: Readonly<Record<Architecture, string>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}

/** What the checked-in file says about one architecture. */
function recorded(architecture: Architecture): { sha256: string; version: string } | undefined {
  if (!existsSync(OUTPUT)) return undefined;
  const text = readFileSync(OUTPUT, 'utf8');
  const sha256 = new RegExp(`^ \\* ${architecture}: \\d+ bytes, sha256 ([0-9a-f]{64})$`, 'm').exec(text)?.[1];
  const version = new RegExp(`^ \\* ${architecture}: (gcc .*)$`, 'm').exec(text)?.[1];
  return sha256 && version ? { sha256, version } : undefined;
}

export type CheckResult = { readonly state: 'same' | 'different' | 'skipped'; readonly message: string };

/** Rebuilds the executor of one architecture and compares it with the checked-in one. */
export async function checkExecutor(architecture: Architecture): Promise<CheckResult> {
  const expected = recorded(architecture);
  if (!expected) return { state: 'different', message: `${architecture}: ${OUTPUT} lacks this architecture` };
  const toolchain = findToolchain(architecture);
  if (!toolchain) {
    const names = TARGETS[architecture].compilers.join(' or ');
    return { state: 'skipped', message: `${architecture}: skipped, no compiler (${names})` };
  }
  if (toolchain.version !== expected.version) {
    return {
      state: 'skipped',
      message: `${architecture}: skipped, this host has ${toolchain.version}, recorded is ${expected.version}`,
    };
  }
  const elf = buildExecutor(toolchain);
  const { EXECUTOR_ELF } = await import('../native-bindings/executor/elf.generated.ts');
  const sha256 = createHash('sha256').update(elf).digest('hex');
  return EXECUTOR_ELF[architecture] === elf.toString('base64') && sha256 === expected.sha256
    ? { state: 'same', message: `${architecture}: the same ${elf.length} bytes` }
    : {
        state: 'different',
        message: `${architecture}: a build of executor.c differs from elf.generated.ts; run tools/build-executor.ts`,
      };
}

async function main(): Promise<void> {
  const architectures: readonly Architecture[] = ['x64', 'arm64'];
  if (process.argv.includes('--check')) {
    for (const architecture of architectures) {
      const { state, message } = await checkExecutor(architecture);
      console.log(message);
      if (state === 'different') process.exitCode = 1;
    }
    return;
  }
  const builds = architectures.map((architecture) => {
    const toolchain = findToolchain(architecture);
    if (!toolchain) throw new Error(`no compiler for ${architecture}: ${TARGETS[architecture].compilers.join(' or ')}`);
    return { architecture, version: toolchain.version, elf: buildExecutor(toolchain) };
  });
  writeFileSync(OUTPUT, generate(builds));
  for (const { architecture, elf } of builds) console.log(`${architecture}: ${elf.length} bytes`);
}

if (import.meta.main) await main();
