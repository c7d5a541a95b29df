import { expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { hostTests, procfs } from '../support/host.ts';
import { cgroupsNamed, descendants } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

const WAIT = 'exec sleep 1000';
const NOBODY = 65534;

hostTests('the state directory', (host) => {
  test('belongs to its owner alone', () => {
    const h = host();
    const id = h.create(h.bundle());
    const mode = (path: string) => statSync(path).mode & 0o7777;
    expect(mode(h.root)).toBe(0o700);
    expect(mode(join(h.root, id)) & 0o022).toBe(0);
    expect(mode(join(h.root, id, 'state.json'))).toBe(0o600);
    h.succeed(['delete', id]);
  });

  test('50 creates of one id at the same time: exactly one wins, and the others leave nothing', async () => {
    const h = host();
    const [bundle, id] = [h.script(WAIT), h.id()];
    const ends = await Promise.all(Array.from({ length: 50 }, () => h.begin(['create', '--bundle', bundle, id]).end));
    expect(ends.filter(({ status }) => status === 0)).toHaveLength(1);
    for (const { status, stderr } of ends) {
      if (status !== 0) expect(stderr).toContain('container with given ID already exists');
    }
    expect(h.state(id).status).toBe('created');
    expect(descendants()).toHaveLength(1);
    h.succeed(['start', id]);
    h.succeed(['delete', '-f', id]);
  });

  test('a recycled pid is not taken for the container', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const file = join(h.root, id, 'state.json');
    const text = readFileSync(file, 'utf8');
    const { pid, startTime } = JSON.parse(text);
    expect(procfs(`${pid}/stat`).split(') ')[1]?.split(' ')[19]).toBe(startTime);
    writeFileSync(file, text.replace(startTime, String(Number(startTime) - 1)));
    expect(h.state(id)).toMatchObject({ status: 'stopped', pid: 0 });
    expect(h.fail(['start', id])).toBe('cannot start a container that has stopped');
    expect(h.fail(['kill', id, 'KILL'])).toBe('container not running');
    expect(descendants().map((entry) => entry.pid)).toEqual([pid]);
    writeFileSync(file, text);
    h.succeed(['delete', id]);
  });

  test('a process that has taken the pid is not killed by delete', async () => {
    const h = host();
    const other = Bun.spawn(['sleep', '1000']);
    const id = h.create(h.script(WAIT));
    const file = join(h.root, id, 'state.json');
    process.kill(h.state(id).pid, 'SIGKILL');
    await h.waitFor(id, 'stopped');
    const state = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...state, pid: other.pid }));
    expect(h.state(id).status).toBe('stopped');
    h.succeed(['delete', '--force', id]);
    expect(other.exitCode).toBe(null);
    expect(procfs(`${other.pid}/comm`)).toBe('sleep\n');
    other.kill();
    await other.exited;
  });

  test.each<[string, (text: string) => string | Uint8Array]>([
    ['empty', () => ''],
    ['cut off', (text) => text.slice(0, text.length / 2)],
    ["another container's", (text) => text.replace(/"id":"[^"]*"/, '"id":"other"')],
    ['an array', () => '[]'],
    ['null', () => 'null'],
    ['a pid of 0', (text) => text.replace(/"pid":\d+/, '"pid":0')],
    ['a negative pid', (text) => text.replace(/"pid":\d+/, '"pid":-1')],
    ['a pid that is text', (text) => text.replace(/"pid":\d+/, '"pid":"1"')],
    ['of an unknown format', (text) => text.replace('"format":1', '"format":99')],
    ['bytes', () => new Uint8Array([0, 255, 254, 0])],
  ])('a damaged state.json (%s) is an error that says so, and delete --force removes it', async (_, damage) => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const { pid } = h.state(id);
    const file = join(h.root, id, 'state.json');
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    for (const args of [['state'], ['start'], ['kill'], ['delete']]) {
      expect(h.fail([...args, id])).toContain('is damaged: ');
    }
    h.succeed(['delete', '--force', id]);
    expect(existsSync(join(h.root, id))).toBe(false);
    await until('init is gone', () => descendants().every((entry) => entry.pid !== pid) || undefined);
  });

  test('without a state.json is what a killed create leaves: delete removes it and says that there is no container', () => {
    const h = host();
    const id = h.id();
    mkdirSync(join(h.root, id), { recursive: true, mode: 0o700 });
    expect(h.fail(['state', id])).toBe('container does not exist');
    expect(h.fail(['delete', id])).toBe('container does not exist');
    expect(existsSync(join(h.root, id))).toBe(false);
    mkdirSync(join(h.root, id));
    h.succeed(['delete', '--force', id]);
  });

  test('a cgroup that is gone stops nobody', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const [cgroup = ''] = cgroupsNamed(id);
    process.kill(h.state(id).pid, 'SIGKILL');
    await h.waitFor(id, 'stopped');
    expect(Bun.spawnSync(['rmdir', cgroup]).exitCode).toBe(0);
    expect(h.state(id)).toMatchObject({ status: 'stopped' });
    h.succeed(['list']);
    h.succeed(['delete', id]);
  });

  test('a frozen cgroup is a paused container, which delete --force ends', async () => {
    const h = host();
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script(WAIT), id]);
    const [cgroup = ''] = cgroupsNamed(id);
    writeFileSync(join(cgroup, 'cgroup.freeze'), '1');
    await h.waitFor(id, 'paused');
    expect(h.fail(['start', id])).toBe('cannot start a container in the paused state');
    expect(h.fail(['delete', id])).toBe(`cannot delete container ${id} that is not stopped: paused`);
    h.succeed(['delete', '--force', id]);
  });

  test.each<[string, (directory: string) => void]>([
    ["is somebody else's", (directory) => chownSync(directory, NOBODY, NOBODY)],
    ['can be written to by a group', (directory) => chmodSync(directory, 0o770)],
    ['can be written to by everybody', (directory) => chmodSync(directory, 0o707)],
  ])('that %s is not trusted', (_, change) => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const directory = join(h.root, id);
    change(directory);
    for (const args of [['state'], ['start'], ['kill'], ['delete'], ['delete', '--force']]) {
      expect(h.fail([...args, id])).toContain('is not trusted');
    }
    chownSync(directory, 0, 0);
    chmodSync(directory, 0o711);
    h.succeed(['delete', id]);
  });

  test('that is a link to another one is not followed', () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    symlinkSync(id, join(h.root, 'link'));
    expect(h.fail(['state', 'link'])).toBe('container does not exist');
    expect(h.fail(['create', '--bundle', h.bundle(), 'link'])).toContain('container with given ID already exists');
    rmSync(join(h.root, 'link'));
    h.succeed(['delete', id]);
  });

  test('with a path longer than a socket address works', () => {
    const h = host();
    const root = join(h.root, 'x'.repeat(100), 'y'.repeat(100));
    const id = h.id('z'.repeat(150));
    const ocirun = (...args: string[]) => h.succeed(['--root', root, ...args]);
    ocirun('create', '--bundle', h.script(WAIT), id);
    ocirun('start', id);
    ocirun('delete', '-f', id);
    rmSync(h.root, { recursive: true });
  });
});
