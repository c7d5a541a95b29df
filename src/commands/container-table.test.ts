import { expect, test } from 'bun:test';
import { containerTable } from './container-table.ts';

const row = {
  id: 'c1',
  pid: 4242,
  status: 'running',
  bundle: '/b/c1',
  created: '2026-11-21T04:10:00.123456789Z',
  owner: 'root',
};

test('no container: the header alone', () => {
  expect(containerTable([])).toBe('ID          PID         STATUS      BUNDLE      CREATED     OWNER\n');
});

test('columns are as wide as their widest cell and 3 spaces', () => {
  expect(containerTable([row, { ...row, id: 'a-name-of-17-char', pid: 0, owner: '#1000' }])).toBe(
    [
      'ID                  PID         STATUS      BUNDLE      CREATED                          OWNER',
      'c1                  4242        running     /b/c1       2026-11-21T04:10:00.123456789Z   root',
      'a-name-of-17-char   0           running     /b/c1       2026-11-21T04:10:00.123456789Z   #1000',
      '',
    ].join('\n'),
  );
});

test('nine characters fill a column of 12, ten make it wider', () => {
  const bundles = (bundle: string) => containerTable([{ ...row, bundle }]).split('\n')[1];
  expect(bundles('/23456789')).toContain('/23456789   2026');
  expect(bundles('/üü456789A')).toContain('/üü456789A   2026');
});
