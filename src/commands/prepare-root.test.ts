import { afterAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareRoot } from './prepare-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocirun-prepare-root-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the root below $XDG_RUNTIME_DIR is private and sticky, made now or before', () => {
  const path = join(folder, 'ocirun');
  for (let turn = 0; turn < 2; turn++) {
    prepareRoot({ path, origin: 'runtime-dir' });
    expect(statSync(path).mode & 0o7777).toBe(0o1700);
  }
});

test('other roots are left alone', () => {
  const path = join(folder, 'other');
  for (const origin of ['option', 'system'] as const) prepareRoot({ path, origin });
  expect(existsSync(path)).toBe(false);
});

test('a root that cannot be made, or is a link, is an error with its path', () => {
  const path = join(folder, 'none/ocirun');
  expect(() => prepareRoot({ path, origin: 'runtime-dir' })).toThrow(`"${path}": no such file or directory`);
  const link = join(folder, 'link');
  symlinkSync('/etc', link);
  expect(() => prepareRoot({ path: link, origin: 'runtime-dir' })).toThrow(`"${link}": not a directory`);
});
