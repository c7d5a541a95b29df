import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostTests, type State } from '../support/host.ts';

hostTests('list', (host) => {
  test('prints a table, JSON, or the ids', () => {
    const h = host();
    const bundle = h.bundle();
    const ids = [h.create(bundle), h.create(bundle), h.id('stopped')];
    h.succeed(['run', '--keep', '--bundle', bundle, ids[2] ?? '']);
    const states = ids.map((id): State => ({ ...h.state(id), owner: 'root' }));

    expect(h.succeed(['list', '-q'])).toBe(ids.map((id) => `${id}\n`).join(''));
    expect(h.succeed(['list', '--quiet', '--format', 'json'])).toBe(ids.map((id) => `${id}\n`).join(''));
    expect(h.succeed(['list', '-f', 'json'])).toBe(`${JSON.stringify(states)}\n`);

    const table = h.succeed(['list']).trimEnd().split('\n');
    expect(h.succeed(['list', '--format', 'table']).trimEnd().split('\n')).toEqual(table);
    expect(table.map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'PID', 'STATUS', 'BUNDLE', 'CREATED', 'OWNER'],
      ...states.map((state) => [state.id, String(state.pid), state.status, bundle, String(state.created), 'root']),
    ]);
    const column = table[0]?.indexOf('PID');
    for (const [index, line] of table.slice(1).entries()) {
      expect(line.indexOf(` ${states[index]?.pid} `) + 1).toBe(column as number);
    }
    for (const id of ids) h.succeed(['delete', id]);
  });

  test('of an empty root is a header, null, or nothing', () => {
    const h = host();
    mkdirSync(h.root);
    expect(h.succeed(['list'])).toMatch(/^ID +PID +STATUS +BUNDLE +CREATED +OWNER\n$/);
    expect(h.succeed(['list', '-f', 'json'])).toBe('null\n');
    expect(h.succeed(['list', '-q'])).toBe('');
  });

  test('of a root that does not exist is an error when the user named it', () => {
    expect(host().fail(['list'])).toContain('no such file or directory');
  });

  test('refuses another format', () => {
    const h = host();
    mkdirSync(h.root);
    expect(h.fail(['list', '-f', 'yaml'])).toBe('invalid format option');
  });

  test('goes on after a container that it cannot load, with a warning, and passes over files', () => {
    const h = host();
    const id = h.create(h.bundle());
    mkdirSync(`${h.root}/damaged`, { mode: 0o700 });
    writeFileSync(`${h.root}/damaged/state.json`, '{');
    writeFileSync(`${h.root}/file`, '');
    const { status, stdout, stderr } = h.ocirun(['list', '-q']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${id}\n` });
    expect(stderr).toMatch(/^time="[^"]+" level=warning msg="load container damaged: .*\n$/);
    h.succeed(['delete', '-f', 'damaged']);
    h.succeed(['delete', id]);
    Bun.spawnSync(['rm', `${h.root}/file`]);
  });
});
