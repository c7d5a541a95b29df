import { expect, test } from 'bun:test';
import { planCalls, planExcerpt } from './plan-excerpt.ts';

const TEXT = `file system (init)
  prepare init
    0  setsid()
  mounts[0]: mount proc on /proc
    1  fsopen("proc", FSOPEN_CLOEXEC)
   22  check(0, 0x0, 0x0)   [success: skip 1]
  mounts[1]: mount tmpfs on /dev
  123  fsopen("tmpfs", FSOPEN_CLOEXEC)

ready (ocirun)
  save state.json
`;

test('only system calls are counted', () => {
  expect(planCalls(TEXT)).toBe(3);
});

test('the excerpt is one group', () => {
  expect(planExcerpt(TEXT).split('\n')).toEqual([
    'mounts[0]: mount proc on /proc',
    '  1  fsopen("proc", FSOPEN_CLOEXEC)',
    ' 22  check(0, 0x0, 0x0)   [success: skip 1]',
  ]);
});
