import { expect, test } from 'bun:test';
import { hookState } from './hook-state.ts';

const BASE = { ociVersion: '1.3.0', id: 'box', pid: 42, bundle: '/bundle' };

test('hooks read the state of the specification', () => {
  expect(JSON.parse(hookState({ ...BASE, status: 'created', annotations: { a: 'b' } }))).toEqual({
    ...BASE,
    status: 'created',
    annotations: { a: 'b' },
  });
});

test('a stopped container has no pid, and no annotations are left out', () => {
  const { pid: _, ...rest } = BASE;
  expect(JSON.parse(hookState({ ...BASE, status: 'stopped', annotations: {} }))).toEqual({
    ...rest,
    status: 'stopped',
  });
});

test('nothing else of what the runtime knows gets out', () => {
  const more = { ...BASE, status: 'running' as const, process: { env: ['SECRET=1'] } };
  expect(hookState(more)).not.toContain('SECRET');
});
