import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleConfig, rootlessExampleConfig } from './example-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocirun-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The text of config.json as runc writes it, with what is known to differ between versions and hosts made the same. */
function runcText(...flags: string[]): string {
  rmSync(join(folder, 'config.json'), { force: true });
  const { success, stderr } = Bun.spawnSync(['runc', 'spec', ...flags], { cwd: folder });
  if (!success) throw new Error(stderr.toString());
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  config.ociVersion = '1.3.0';
  config.hostname = 'ocirun';
  // Dropped by runc 1.2: ambient capabilities in the example made every non-root program privileged.
  delete config.process.capabilities.ambient;
  const types: { type: string }[] = config.linux.namespaces;
  // runc adds it on hosts with cgroup v2 alone; ocirun knows no other.
  const mount = types.findIndex(({ type }) => type === 'mount');
  if (!types.some(({ type }) => type === 'cgroup')) types.splice(mount + 1, 0, { type: 'cgroup' });
  return JSON.stringify(config, null, '\t');
}

const runc = Bun.which('runc');

describe.skipIf(runc === null)(`the example has the shape of runc's${runc ? '' : ' (runc is not installed)'}`, () => {
  test('spec', () => {
    expect(JSON.stringify(exampleConfig(), null, '\t')).toBe(runcText());
  });

  test('spec --rootless', () => {
    const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
    expect(JSON.stringify(rootlessExampleConfig(user), null, '\t')).toBe(runcText('--rootless'));
    expect(existsSync(join(folder, 'config.json'))).toBe(true);
  });
});

test('a rootless example maps the given user and mentions no other id', () => {
  const text = JSON.stringify(rootlessExampleConfig({ uid: 1000, gid: 100 }));
  expect(text).toContain('"uidMappings":[{"containerID":0,"hostID":1000,"size":1}]');
  expect(text).toContain('"gidMappings":[{"containerID":0,"hostID":100,"size":1}]');
  expect(text).not.toContain('gid=5');
});
