import { expect, test } from 'bun:test';
import { descriptors } from './descriptors.ts';

test.each([0, 1, 7, 1000])('with %d preserved ones, every descriptor has a number of its own', (preserved) => {
  const fds = descriptors(preserved);
  const own = [fds.channel, fds.startListener, fds.root];
  expect(new Set(own).size).toBe(own.length);
  expect(Math.min(...own)).toBe(3 + preserved);
  expect(fds.scratch).toBeGreaterThan(Math.max(...own));
  expect(fds.atSpawn).toBeGreaterThan(Math.max(...own));
  expect(fds.dev).toBeGreaterThanOrEqual(fds.scratch);
});

test('without preserved ones the channel stays where the executor has it', () => {
  expect(descriptors(0).channel).toBe(3);
});
