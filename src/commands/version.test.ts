import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineName, VERSION, versionText } from './version.ts';

const text = (programName: string, environment = {}) => versionText({ programName, environment, engine: 'node: 1' });

test('the version is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(VERSION).toBe(manifest.version);
});

test('the lines of --version', () => {
  expect(text('/usr/bin/ocirun')).toBe(`ocirun version ${VERSION}\nspec: 1.3.0\nnode: 1\n`);
  expect(engineName()).toBe(`bun: ${process.versions.bun}`);
});

test.each([
  ['/usr/bin/runc', {}, 'runc'],
  ['runc', {}, 'runc'],
  ['./ocirun', { OCIRUN_VERSION_COMPAT: 'runc' }, 'runc'],
  ['/opt/runc/ocirun', {}, 'ocirun'],
  ['buildkit-runc', {}, 'ocirun'],
])('called %s with %j it is %s', (programName, environment, name) => {
  expect(text(programName, environment)).toStartWith(`${name} version ${VERSION}\n`);
});
