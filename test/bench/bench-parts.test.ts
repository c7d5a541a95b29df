import { describe, expect, test } from 'bun:test';
import { benchOptions } from './options.ts';
import { type Row, table, verdict } from './report.ts';
import { quantile, summarise } from './statistics.ts';
import { countsOf } from './syscalls.ts';

describe('options', () => {
  test('defaults, --quick, --runs in both spellings', () => {
    expect(benchOptions([])).toEqual({ runs: 100, batches: 25 });
    expect(benchOptions(['--quick'])).toEqual({ runs: 15, batches: 5 });
    expect(benchOptions(['--runs', '400'])).toEqual({ runs: 400, batches: 100 });
    expect(benchOptions(['--runs=1'])).toEqual({ runs: 1, batches: 1 });
  });

  test.each([['--runs'], ['--runs=0'], ['--runs=x'], ['--fast'], ['3']])('%s is refused', (option) => {
    expect(() => benchOptions([option])).toThrow('usage: ');
  });
});

describe('statistics', () => {
  test('of an odd and an even number of values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(summarise([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toEqual({ median: 5, p10: 1 });
    expect(quantile([7], 0.1)).toBe(7);
  });

  test('of nothing there are none', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('system calls', () => {
  const TRACE = `100 execve("/usr/bin/ocirun", ["ocirun", "run"], 0x1 /* 1 var */) = 0
100 read(3, "", 1) = 0
101 execve("/proc/self/fd/7", ["ocirun-init"], 0x2 /* 0 vars */) = 0
101 read(3, "", 16) = 16
101 clone3({flags=CLONE_NEWPID|CLONE_PARENT}, 88 <unfinished ...>
102 read(3,  <unfinished ...>
101 <... clone3 resumed>) = 102
101 exit(0) = ?
101 +++ exited with 0 +++
102 <... read resumed>"", 16) = 16
102 fsopen("proc", FSOPEN_CLOEXEC) = 4
100 wait4(102, 0x0, 0, NULL) = ? ERESTARTSYS
100 --- SIGCHLD {si_signo=SIGCHLD} ---
102 execve("/bin/true", ["/bin/true"], 0x3 /* 2 vars */) = 0
102 brk(NULL) = 0x5
102 exit_group(0) = ?
100 exit_group(0) = ?
`;

  test('interrupted calls count once, the program counts not at all', () => {
    expect(countsOf(TRACE, '/bin/true')).toEqual({ total: 11, init: 3, stage1: 3 });
  });

  test('a program that was not reached is an error', () => {
    expect(() => countsOf(TRACE, '/bin/false')).toThrow('/bin/false was not executed');
  });
});

describe('the table', () => {
  const row: Row = {
    name: '`run`',
    unit: 'ms',
    values: new Map([
      ['ocirun', { median: 10, p10: 9 }],
      ['runc', { median: 20, p10: 18 }],
    ]),
    targets: [{ rival: 'runc', factor: 0.5 }],
  };

  test('targets are met at the limit and missed above it', () => {
    expect(verdict(row, { rival: 'runc', factor: 0.5 })).toBe(true);
    expect(verdict(row, { rival: 'runc', factor: 0.49 })).toBe(false);
    expect(verdict(row, { limit: 10 })).toBe(true);
    expect(verdict(row, { limit: 9.9 })).toBe(false);
  });

  test('who is not installed is not compared with', () => {
    expect(verdict(row, { rival: 'crun', factor: 1 })).toBeUndefined();
  });

  test('shows medians, ratios and verdicts', () => {
    expect(table([row], ['ocirun', 'runc'])).toBe(
      [
        '|  | ocirun | runc | of runc | target |  |',
        '| --- | ---: | ---: | ---: | ---: | ---: |',
        '| `run`, ms | 10.00 (9.00) | 20.00 (18.00) | 0.50 × | ≤ 0.5 × runc | met |',
      ].join('\n'),
    );
    expect(table([{ ...row, targets: [{ limit: 5 }] }], ['ocirun'])).toContain('| ≤ 5 | **missed** |');
    expect(table([{ ...row, targets: [{ rival: 'crun', factor: 1 }] }], ['ocirun'])).toContain('| ≤ 1 × crun | ? |');
  });
});
