import { expect, test } from 'bun:test';
import { cleanPath, components } from './container-path.ts';

test.each([
  ['/', '/'],
  ['', '/'],
  ['/proc', '/proc'],
  ['proc', '/proc'],
  ['//a///b/', '/a/b'],
  ['/a/./b/.', '/a/b'],
  ['/a/../b', '/b'],
  ['/../../etc', '/etc'],
  ['../..', '/'],
  ['/a/..b/c..', '/a/..b/c..'],
])('%p is %p', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});

test('components have no empty, . and .. parts', () => {
  expect(components('/a//b/./c/../d')).toEqual(['a', 'b', 'd']);
});
