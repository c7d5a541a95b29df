import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testInput } from '../plan/testing/plan-input.ts';
import { homeInPasswd, processEnvironment } from './home-directory.ts';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
1000:x:0:0:a name of digits:/evil:/bin/sh
user:x:1000:1000:,,,:/home/user:/bin/sh
second:x:1000:1000::/home/second:/bin/sh
nohome:x:7:7:::/bin/sh
short:x:8:8:short
octal:x:010:10::/octal:
hex:x:0x9:9::/hex:
`;

describe('the home in passwd', () => {
  test.each([
    [0, '/root'],
    [1000, '/home/user'],
    [7, undefined],
    [8, undefined],
    [10, '/octal'],
    [9, undefined],
    [4711, undefined],
  ])('of uid %d is %p', (uid, home) => {
    expect(homeInPasswd(PASSWD, uid)).toBe(home);
  });

  test('of a file that is empty or binary is unknown', () => {
    expect(homeInPasswd('', 0)).toBeUndefined();
    expect(homeInPasswd('\0\0:::::\n::::::', 0)).toBeUndefined();
  });
});

describe('the environment', () => {
  let base: string;
  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'ocirun-home-'));
    mkdirSync(join(base, 'rootfs/etc'), { recursive: true });
    writeFileSync(join(base, 'rootfs/etc/passwd'), PASSWD);
    writeFileSync(join(base, 'outside'), 'root:x:0:0::/outside:\n');
    mkdirSync(join(base, 'linked/etc'), { recursive: true });
    symlinkSync('../../outside', join(base, 'linked/etc/passwd'));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  const environment = (env: readonly string[], uid: number, rootfs = 'rootfs', mounts: readonly object[] = []) =>
    processEnvironment(env, uid, testInput({ mounts }, { rootfs: join(base, rootfs), bundle: base }));

  test('gets a HOME by uid, and / where there is none', () => {
    expect(environment(['A=1'], 1000)).toEqual(['A=1', 'HOME=/home/user']);
    expect(environment([], 4711)).toEqual(['HOME=/']);
  });

  test('keeps a HOME that is set, and fills one that is empty', () => {
    expect(environment(['HOME=/mine', 'A=1'], 0)).toEqual(['HOME=/mine', 'A=1']);
    expect(environment(['HOME=', 'A=1'], 0)).toEqual(['A=1', 'HOME=/root']);
  });

  test('has of each name the last value, in the order of those', () => {
    expect(environment(['A=1', 'B=2', 'A=3', 'HOME=/x'], 0)).toEqual(['B=2', 'A=3', 'HOME=/x']);
    expect(environment(['HOME=/a', 'HOME='], 0)).toEqual(['HOME=/root']);
    expect(environment(['A=1=2', 'AB=1', 'HOME=/x'], 0)).toEqual(['A=1=2', 'AB=1', 'HOME=/x']);
  });

  test('does not look out of the root file system', () => {
    expect(environment([], 0, 'linked')).toEqual(['HOME=/']);
    expect(environment([], 0, 'missing')).toEqual(['HOME=/']);
  });

  test('looks at the file that a mount puts over passwd', () => {
    const mounts = [{ destination: '/etc/passwd', source: 'outside', options: ['bind'] }];
    expect(environment([], 0, 'rootfs', mounts)).toEqual(['HOME=/outside']);
  });
});
