import { describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { bpf_get_fd_by_id, bpf_prog_attach, bpf_prog_load, bpf_prog_query } from './bpf.ts';
import type { Layout } from './layout.ts';

const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

/** Asks the compiler for offset and size of members of `union bpf_attr`; by assembly text, so that nothing is run. */
function compilerOffsets(members: readonly string[]): { offset: number; size: number }[] {
  const source = [
    '#include <stddef.h>',
    '#include <linux/bpf.h>',
    'const unsigned long table[] = {',
    ...members.map((member) => `offsetof(union bpf_attr, ${member}), sizeof(((union bpf_attr *)0)->${member}),`),
    '0x5eed };',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('gcc', ['-S', '-x', 'c', '-o', '-', '-'], { input: source });
  if (status !== 0) throw new Error(String(stderr));
  const words = [...String(stdout).matchAll(/^\s*\.(?:quad|xword)\s+(\d+)$/gm)].map((match) => Number(match[1]));
  if (words.length !== 2 * members.length + 1 || words.at(-1) !== 0x5eed)
    throw new Error(`cannot read the compiler's output:\n${stdout}`);
  return members.map((_, index) => ({ offset: words[2 * index] ?? -1, size: words[2 * index + 1] ?? -1 }));
}

const cases: [Layout, string][] = [
  [bpf_prog_load as Layout, ''],
  [bpf_prog_attach as Layout, ''],
  [bpf_prog_query as Layout, 'query.'],
  [bpf_get_fd_by_id as Layout, ''],
];

describe.skipIf(!hasCompiler)('bpf_attr (skipped where there is no gcc)', () => {
  test.each(cases)('%p has the offsets and sizes of the compiler', (struct, prefix) => {
    const found = compilerOffsets(struct.fields.map((field) => `${prefix}${field.name}`));
    expect(struct.fields.map(({ offset, size }) => ({ offset, size }))).toEqual(found);
  });
});
