import { expect, test } from 'bun:test';
import { resolve } from 'node:path';
import { absolutePath } from './absolute-path.ts';

test.each([
  '',
  '.',
  '..',
  '/',
  '//',
  '/..',
  '/a/../..',
  'a',
  './a/',
  '../../../..',
  '/a//b/./c/',
  'a/../b',
  '...',
  '/ü/x ',
])('%j is what node:path makes of it', (path) => {
  for (const cwd of ['/', '/run/x', '/deep/er/and/deeper']) expect(absolutePath(path, cwd)).toBe(resolve(cwd, path));
});
