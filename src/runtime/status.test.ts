import { describe, expect, test } from 'bun:test';
import { ALLOWED, isAllowed, type Status } from './status.ts';

const STATUSES: readonly Status[] = ['creating', 'created', 'running', 'paused', 'stopped'];

/** runtime.md, "Operations": start wants created; kill wants created or running; delete wants stopped. */
describe.each([
  ['start', ['created']],
  ['kill', ['created', 'running', 'paused']],
  // runc and what is built on it delete created containers, too.
  ['delete', ['created', 'stopped']],
] as const)('%s', (operation, allowed) => {
  test.each(STATUSES.map((status) => [status]))('%s', (status) => {
    expect(isAllowed(operation, status)).toBe((allowed as readonly Status[]).includes(status));
  });
});

test('the table knows no other operation', () => {
  expect(Object.keys(ALLOWED).sort()).toEqual(['delete', 'kill', 'start']);
});
