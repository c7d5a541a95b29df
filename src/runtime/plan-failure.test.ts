import { describe, expect, test } from 'bun:test';
import { type Call, cstring } from '../../native-bindings/executor/call.ts';
import { ERRNO } from '../../native-bindings/kernel/errno.ts';
import type { Step } from '../plan/builder.ts';
import { isComplete, planFailure } from './plan-failure.ts';

const step = (call: Call, configPath = 'mounts[0]', purpose = 'mount tmpfs on /run'): Step => ({
  call,
  configPath,
  purpose,
});
const reply = (errno: number, index = 0) => ({ index, calls: 1, result: -errno, arg0: 0 });
const size: Call = { name: 'fsconfig', args: [3, 1, cstring('size'), cstring('12q'), 0] };

test('a reply past the last call is success', () => {
  expect(isComplete({ index: 3, calls: 3, result: 0, arg0: 0 })).toBe(true);
  expect(isComplete({ index: 4, calls: 3, result: 0, arg0: 0 })).toBe(true);
  expect(isComplete({ index: 2, calls: 3, result: -1, arg0: 0 })).toBe(false);
});

describe('an error', () => {
  test('says where, what, which call, and what the kernel and the file system said', () => {
    const error = planFailure([step(size)], reply(ERRNO.EINVAL), "tmpfs: Bad value for 'size'");
    expect(error.message).toBe(
      "mounts[0]: cannot mount tmpfs on /run: fsconfig size=12q: invalid argument: tmpfs: Bad value for 'size'",
    );
    expect(error).toMatchObject({ code: 'KERNEL', configPath: 'mounts[0]' });
  });

  test('of what every container gets names no place in config.json', () => {
    const error = planFailure([step({ name: 'setsid', args: [] }, '', 'prepare init')], reply(ERRNO.EPERM));
    expect(error.message).toBe('cannot prepare init: setsid: operation not permitted');
    expect(error.configPath).toBeUndefined();
  });

  test('of a failed verification says what that means', () => {
    const check: Call = { name: 'check', args: [0, 1, 1] };
    const cwd = step(check, 'process.cwd', 'verify that the working directory lies inside the container');
    expect(planFailure([cwd], reply(ERRNO.EPERM)).message).toContain('possible container breakout detected');
    expect(planFailure([step(check, '', 'create /dev/null')], reply(ERRNO.EPERM)).message).toContain(
      'is not the device',
    );
  });

  test.each<[string, Call, number]>([
    ['does not know this file system type', { name: 'fsopen', args: [cstring('nofs'), 1] }, ERRNO.ENODEV],
    ['needs Linux 5.14', { name: 'mount_setattr', args: [] }, ERRNO.ENOSYS],
    ['--no-new-keyring', { name: 'keyctl', args: [] }, ERRNO.EDQUOT],
    ['CAP_SYS_RESOURCE', { name: 'prlimit64', args: [] }, ERRNO.EPERM],
    ['symbolic link', { name: 'openat2', args: [] }, ERRNO.ELOOP],
  ])('hints: %s', (hint, call, errno) => {
    expect(planFailure([step(call)], reply(errno)).message).toContain(hint);
  });

  test('is one line, also for an executor that answers nonsense', () => {
    const error = planFailure([], reply(ERRNO.EPERM, 99));
    expect(error.message).toContain('99');
    expect(error.message).not.toContain('\n');
  });
});
