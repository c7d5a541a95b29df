import { describe, expect, test } from 'bun:test';
import { Cleanup } from './cleanup.ts';

function run(work: (cleanup: Cleanup, done: string[]) => void): string[] {
  const done: string[] = [];
  using cleanup = new Cleanup();
  work(cleanup, done);
  cleanup[Symbol.dispose]();
  return done;
}

describe('clean-up', () => {
  test('runs in reverse order, and once', () => {
    const done = run((cleanup, log) => {
      for (const name of ['a', 'b', 'c']) cleanup.defer(() => void log.push(name));
    });
    expect(done).toEqual(['c', 'b', 'a']);
  });

  test('goes on when a part of it fails', () => {
    const done = run((cleanup, log) => {
      cleanup.defer(() => void log.push('a'));
      cleanup.defer(() => {
        throw new Error('b');
      });
      cleanup.defer(() => void log.push('c'));
    });
    expect(done).toEqual(['c', 'a']);
  });

  test('does nothing when the work was completed', () => {
    const done = run((cleanup, log) => {
      cleanup.defer(() => void log.push('a'));
      cleanup.complete();
    });
    expect(done).toEqual([]);
  });
});
