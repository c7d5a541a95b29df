import { describe, expect, test } from 'bun:test';
import { Fd } from './fd.ts';
import { openFile } from './files.ts';
import { O_RDONLY } from './kernel/open.ts';
import { withScratch } from './memory.ts';
import { pollReadable } from './poll.ts';
import { openPidfd, reapPidfd, signalPidfd } from './process.ts';
import { spawn } from './spawn.ts';
import { hostArchitecture, syscall, trySyscall } from './syscall.ts';
import { isErrno, SystemError } from './system-error.ts';
import { socketPair } from './unix-socket.ts';

test('the architecture is that of the process', () => {
  expect(hostArchitecture()).toBe(process.arch as 'x64' | 'arm64');
});

test('a result', () => {
  expect(syscall(undefined, 'getpid')).toBe(process.pid);
});

describe('a refusal', () => {
  test('is a negated errno for trySyscall', () => {
    expect(trySyscall('close', -1)).toBe(-9);
    expect(trySyscall('openat', -100, '/nonexistent', 0)).toBe(-2);
  });

  test('is a SystemError for syscall', () => {
    let caught: unknown;
    try {
      syscall('"/nonexistent/x"', 'openat', -100, '/nonexistent/x', 0);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SystemError);
    expect(caught).toMatchObject({
      name: 'SystemError',
      message: 'openat "/nonexistent/x": no such file or directory',
      code: 'ENOENT',
      errno: 2,
      call: 'openat',
      subject: '"/nonexistent/x"',
    });
    expect(isErrno(caught, 'EPERM', 'ENOENT')).toBe(true);
    expect(isErrno(caught, 'EPERM')).toBe(false);
    expect(isErrno(new Error('ENOENT'), 'ENOENT')).toBe(false);
  });

  test('without a subject has none in its message', () => {
    expect(() => syscall(undefined, 'close', -1)).toThrow(/^close: bad file descriptor$/);
  });
});

describe('arguments', () => {
  test('a string is a C string; a NUL in it is refused', () => {
    using file = new Fd(syscall(undefined, 'memfd_create', 'größe', 1));
    withScratch((take) => {
      const link = take(64);
      const length = syscall(undefined, 'readlinkat', -100, `/proc/self/fd/${file.number}`, link, 64);
      expect(new TextDecoder().decode(link.bytes.subarray(0, length))).toBe('/memfd:größe (deleted)');
    });
    expect(() => trySyscall('openat', -100, '/dev/null\0.txt', 0)).toThrow(RangeError);
  });

  test('negative numbers and 64 bits arrive whole', () => {
    using file = new Fd(syscall(undefined, 'memfd_create', 'wide', 1));
    expect(syscall(undefined, 'lseek', file.number, 0x12_3456_789a, 0)).toBe(0x12_3456_789a);
    expect(syscall(undefined, 'lseek', file.number, -0x9a, 1)).toBe(0x12_3456_7800);
    expect(syscall(undefined, 'lseek', file.number, 2n ** 52n, 0)).toBe(2 ** 52);
  });

  test('scratch memory of the caller survives the strings of a call', () => {
    withScratch((take) => {
      const mine = take(16);
      mine.bytes.fill(7);
      trySyscall('openat', -100, '/nonexistent', 0);
      expect([...mine.bytes]).toEqual(Array.from({ length: 16 }, () => 7));
    });
  });
});

/**
 * SO_RCVTIMEO makes read(2) answer EINTR after SIGSTOP and SIGCONT (signal(7)), even without a signal handler. The
 * child says 0 when it is ready, then what trySyscall and what syscall answered to an interrupted read.
 */
const INTERRUPTED = `
  const { syscall, trySyscall } = await import(${JSON.stringify(`${import.meta.dirname}/syscall.ts`)});
  const { withScratch } = await import(${JSON.stringify(`${import.meta.dirname}/memory.ts`)});
  withScratch((take) => {
    const timeout = take(16);
    timeout.view.setBigInt64(0, 20n, true);
    syscall(undefined, 'setsockopt', 0, 1, 20, timeout, 16);
    const word = take(4);
    const say = (result) => {
      word.view.setInt32(0, result, true);
      syscall(undefined, 'write', 0, word, 4);
    };
    say(0);
    say(trySyscall('read', 0, word, 1));
    say(syscall(undefined, 'read', 0, word, 1));
  });`;

test('syscall makes a call again that a signal interrupts, trySyscall does not', async () => {
  const [SIGCONT, SIGSTOP, EINTR] = [18, 19, 4];
  using engine = openFile(process.execPath, O_RDONLY);
  const [ours, theirs] = socketPair();
  using channel = ours;
  const pid = spawn({ image: engine.number, argv: ['bun', '-e', INTERRUPTED], fds: new Map([[0, theirs.number]]) });
  theirs.close();
  using child = openPidfd(pid);
  if (!child) throw new Error('no child');
  const hear = () =>
    withScratch((take) => {
      expect(pollReadable([channel.number], 10_000)).toEqual([channel.number]);
      const word = take(4);
      expect(syscall(undefined, 'read', channel.number, word, 4)).toBe(4);
      return word.view.getInt32(0, true);
    });
  const interrupt = async () => {
    await Bun.sleep(50); // until it waits in read
    signalPidfd(child.number, SIGSTOP);
    await Bun.sleep(20);
    signalPidfd(child.number, SIGCONT);
  };
  try {
    expect(hear()).toBe(0);
    await interrupt();
    expect(hear()).toBe(-EINTR);
    await interrupt();
    await Bun.sleep(20);
    syscall(undefined, 'write', channel.number, 'x', 1);
    expect(hear()).toBe(1);
  } finally {
    signalPidfd(child.number, 9);
    reapPidfd(child.number, { hang: true });
  }
});
