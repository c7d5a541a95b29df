import { spawnSync } from 'node:child_process';
import type { Architecture } from '../../native-bindings/kernel/syscall-numbers.ts';

/** What a C compiler and its headers say, read from its assembly text: nothing is run, so that cross compilers serve. */

const COMPILERS: Readonly<Record<Architecture, string>> = {
  x64: 'x86_64-linux-gnu-gcc',
  arm64: 'aarch64-linux-gnu-gcc',
};

/** Why there is nothing to compare with: for the name of a skipped test. Empty where the compiler is there. */
export function missingCompiler(architecture: Architecture): string {
  const compiler = COMPILERS[architecture];
  return spawnSync(compiler, ['--version']).status === 0 ? '' : ` (skipped: no ${compiler})`;
}

/**
 * The values of constant expressions.
 * @param macros true when each expression is the name of a macro that the headers may be too old for: undefined then
 */
export function cValues(
  architecture: Architecture,
  includes: readonly string[],
  expressions: readonly string[],
  macros = false,
): (bigint | undefined)[] {
  const entry = (expression: string) =>
    macros ? `#ifdef ${expression}\n1, (long)(${expression}),\n#else\n0, 0,\n#endif` : `1, (long)(${expression}),`;
  const source = [
    '#define _GNU_SOURCE',
    '#include <stddef.h>',
    ...includes.map((header) => `#include <${header}>`),
    'const long table[] = {',
    ...expressions.map(entry),
    '};',
    '',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync(COMPILERS[architecture], ['-S', '-x', 'c', '-o', '-', '-'], {
    input: source,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const words = [...stdout.matchAll(/^\s*\.(quad|xword|zero)\s+(-?\d+)$/gm)].flatMap(([, directive, number]) =>
    directive === 'zero' ? Array.from({ length: Number(number) / 8 }, () => 0n) : [BigInt(number ?? 0)],
  );
  if (words.length !== 2 * expressions.length) throw new Error(`cannot read the compiler's output:\n${stdout}`);
  return expressions.map((_, index) => (words[2 * index] === 1n ? words[2 * index + 1] : undefined));
}
