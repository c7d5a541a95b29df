import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NOT_YET } from '../../src/commands/command-table.ts';
import { UNSUPPORTED_OPTIONS } from '../../src/plan/mounts/options.ts';
import { Consumer, project } from './consumer.ts';

/** What README.md shows must work as it stands there. */

const readme = readFileSync(join(project, 'README.md'), 'utf8');

/** The fenced blocks of a section, with their languages. */
function blocksOf(heading: string): { readonly language: string; readonly text: string }[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

const lacksOf = (...needs: readonly (readonly [unknown, string])[]) =>
  needs.flatMap(([has, reason]) => (has ? [] : [reason])).join(', ');
const named = (name: string, lacks: string) => (lacks === '' ? name : `${name} (${lacks})`);

const forTypes = lacksOf([existsSync(join(project, 'dist/src/index.d.ts')), 'dist/src is not built']);
const forShell = lacksOf(
  [existsSync(join(project, 'dist/ocirun')), 'dist/ocirun is not built'],
  [process.geteuid?.() === 0, 'needs root'],
  [existsSync('/bin/busybox'), 'busybox is not installed'],
);

describe('README.md', () => {
  test.skipIf(forTypes !== '')(named('the example in TypeScript compiles', forTypes), () => {
    const [example] = blocksOf('In TypeScript');
    expect(example?.language).toBe('ts');
    using consumer = new Consumer();
    consumer.write('main.ts', example?.text ?? '');
    expect(consumer.run([join(project, 'node_modules/.bin/tsc')])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.skipIf(forShell !== '')(named('the example for the shell says hello', forShell), () => {
    const [example] = blocksOf('In a shell');
    expect(example?.language).toBe('sh');
    using consumer = new Consumer();
    const path = `PATH=${join(project, 'dist')}:${process.env.PATH}`;
    const { status, stdout, stderr } = consumer.run(['env', path, 'sh', '-e', '-c', example?.text ?? 'false']);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'hello from ocirun\n', stderr: '' });
  });

  test('names all that is refused', () => {
    const limits = readme.split('## Limits of this version')[1] ?? '';
    for (const name of [...Object.keys(NOT_YET), ...UNSUPPORTED_OPTIONS]) expect(limits).toContain(`\`${name}\``);
  });

  test('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map(([, target = '']) => target);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect(existsSync(join(dirname(join(project, 'README.md')), link))).toBe(true);
  });
});
