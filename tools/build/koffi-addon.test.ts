import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addonFor, interpreterOf } from './koffi-addon.ts';

const nodeModules = join(import.meta.dirname, '../../node_modules');

test('the interpreter of a running program is a file of this host', () => {
  expect(existsSync(interpreterOf(process.execPath))).toBe(true);
});

test('each C library gets its own addon', () => {
  expect(addonFor('/lib64/ld-linux-x86-64.so.2', 'x64', 'm').addon).toBe(
    'm/@koromix/koffi-linux-x64/linux_x64/koffi.node',
  );
  expect(addonFor('/lib/ld-musl-aarch64.so.1', 'arm64', 'm')).toEqual({
    libc: 'libc.so',
    addon: 'm/@koromix/koffi-linux-arm64/musl_arm64/koffi.node',
  });
  expect(existsSync(addonFor(interpreterOf(process.execPath), process.arch, nodeModules).addon)).toBe(true);
});
