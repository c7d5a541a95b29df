import { afterAll, expect, test } from 'bun:test';
import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRootfs } from './bundle.ts';
import { hostFolders } from './host-folders.ts';

const base = mkdtempSync(join(tmpdir(), 'ocirun-host-folders-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

test('a merged host: folders are bound, links are made again, the rest is left out', () => {
  const host = join(base, 'merged');
  mkdirSync(join(host, 'usr/bin'), { recursive: true });
  mkdirSync(join(host, 'home'));
  symlinkSync('usr/bin', join(host, 'bin'));
  writeFileSync(join(host, 'lib'), 'a file');
  const folders = hostFolders(host);
  expect(folders).toEqual([
    { name: 'usr', kind: 'folder' },
    { name: 'bin', kind: 'link', target: 'usr/bin' },
  ]);

  const rootfs = join(base, 'rootfs');
  makeRootfs(rootfs, folders);
  expect(lstatSync(join(rootfs, 'usr')).isDirectory()).toBe(true);
  expect(readlinkSync(join(rootfs, 'bin'))).toBe('usr/bin');
});

test('a host that is not merged', () => {
  const host = join(base, 'split');
  for (const name of ['usr', 'bin', 'lib']) mkdirSync(join(host, name), { recursive: true });
  expect(hostFolders(host).map(({ kind }) => kind)).toEqual(['folder', 'folder', 'folder']);
});
