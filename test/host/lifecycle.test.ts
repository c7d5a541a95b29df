import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostTests, procfs } from '../support/host.ts';
import { descendants } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/** A program that says that it runs and then waits. */
const WAIT = 'echo running; exec sleep 1000';

hostTests('the life of a container', (host) => {
  test('create, start, kill, delete, with the state after each', async () => {
    const h = host();
    const bundle = h.script(WAIT);
    const id = h.create(bundle);
    const created = h.state(id);
    expect(created).toMatchObject({ id, status: 'created', bundle, rootfs: join(bundle, 'rootfs'), owner: '' });
    expect(procfs(`${created.pid}/comm`)).not.toBe('sleep\n');
    expect(h.succeed(['start', id])).toBe('');
    expect(h.state(id)).toMatchObject({ status: 'running', pid: created.pid, created: created.created });
    await until('sleep runs', () => procfs(`${created.pid}/comm`) === 'sleep\n' || undefined);
    expect(h.succeed(['kill', id, 'KILL'])).toBe('');
    expect(await h.waitFor(id, 'stopped')).toMatchObject({ pid: 0 });
    expect(h.succeed(['delete', id])).toBe('');
    expect(h.fail(['state', id])).toBe('container does not exist');
  });

  test('state prints these keys in this order, indented by two, without a newline at the end', () => {
    const h = host();
    const bundle = h.script(WAIT, { annotations: { 'org.example.b': '2', 'org.example.a': 'ä' } });
    const id = h.create(bundle);
    const text = h.succeed(['state', id]);
    const { pid, created } = JSON.parse(text);
    const expected = {
      ociVersion: '1.3.0',
      id,
      pid,
      status: 'created',
      bundle,
      rootfs: join(bundle, 'rootfs'),
      created,
      annotations: { 'org.example.b': '2', 'org.example.a': 'ä' },
      owner: '',
    };
    expect(text).toBe(JSON.stringify(expected, null, 2));
    expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(60_000);
    h.succeed(['delete', id]);
  });

  test('state has no annotations where there are none', () => {
    const h = host();
    const id = h.create(h.bundle());
    expect(Object.keys(h.state(id))).toEqual([
      'ociVersion',
      'id',
      'pid',
      'status',
      'bundle',
      'rootfs',
      'created',
      'owner',
    ]);
    h.succeed(['delete', id]);
  });

  test('the bundle is the current directory where none is named, and its path is the resolved one', () => {
    const h = host();
    const bundle = h.bundle();
    const link = h.path('link');
    Bun.spawnSync(['ln', '-s', bundle, link]);
    for (const [flags, cwd] of [
      [[], bundle],
      [['--bundle', '.'], link],
      [['--bundle', link], '/'],
      [['-b', `../${bundle.split('/').at(-1)}`], bundle],
    ] as const) {
      const id = h.id();
      h.succeed(['create', ...flags, id], { cwd });
      expect(h.state(id).bundle).toBe(bundle);
      h.succeed(['delete', id]);
    }
  });

  test('the pid file holds the digits of the pid alone, and appears at once', () => {
    const h = host();
    const file = h.path('pid');
    writeFileSync(file, 'something that is longer than a pid');
    const id = h.create(h.bundle(), h.id(), ['--pid-file', file]);
    expect(readFileSync(file, 'utf8')).toBe(String(h.state(id).pid));
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(h.base).filter((name) => name.startsWith('.'))).toEqual([]);
    h.succeed(['delete', id]);
  });

  test('a relative pid file is relative to the caller, not to the bundle', () => {
    const h = host();
    const id = h.id();
    h.succeed(['create', '--bundle', h.bundle(), '--pid-file', 'pid', id], { cwd: h.base });
    expect(readFileSync(h.path('pid'), 'utf8')).toBe(String(h.state(id).pid));
    h.succeed(['delete', id]);
  });

  test('a pid file that cannot be written fails create, and nothing is left', () => {
    const h = host();
    const message = h.fail(['create', '--bundle', h.bundle(), '--pid-file', '/nonexistent/pid', h.id()]);
    expect(message).toContain('pid file /nonexistent/pid: ');
    expect(message).toContain('no such file or directory');
  });

  test('nothing but init is left by create and start, and it is a child of who reaps', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const { pid } = h.state(id);
    expect(descendants()).toEqual([{ pid, command: 'ocirun-init' }]);
    h.succeed(['start', id]);
    await until('sleep runs', () => procfs(`${pid}/comm`) === 'sleep\n' || undefined);
    expect(descendants()).toEqual([{ pid, command: 'sleep 1000' }]);
    expect(procfs(`${pid}/stat`).split(') ')[1]?.split(' ')[1]).toBe(String(process.pid));
    h.succeed(['delete', '--force', id]);
  });

  test('the container inherits the descriptors 0, 1 and 2 of create as they are', async () => {
    const h = host();
    const bundle = h.script('cat; echo out; echo err >&2');
    const id = h.id();
    const command = h.begin(['create', '--bundle', bundle, id], { stdin: 'input\n' });
    expect(await command.end).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const { pid } = h.state(id);
    for (const fd of [1, 2]) expect(readlinkSync(`/proc/${pid}/fd/${fd}`)).toStartWith(h.base);
    h.succeed(['start', id]);
    await h.waitFor(id, 'stopped');
    expect(command.output).toMatchObject({ stdout: 'input\nout\n', stderr: 'err\n' });
    h.succeed(['delete', id]);
  });
});

hostTests('start', (host) => {
  test('twice is refused, and the container runs on', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    h.succeed(['start', id]);
    expect(h.fail(['start', id])).toBe('cannot start an already running container');
    expect(h.state(id).status).toBe('running');
    h.succeed(['delete', '-f', id]);
    expect(h.fail(['start', id])).toBe('container does not exist');
  });

  test.each([2, 8])('%p times at the same time: exactly one starts it', async (count) => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const ends = await Promise.all(Array.from({ length: count }, () => h.begin(['start', id]).end));
    expect(ends.filter(({ status }) => status === 0)).toHaveLength(1);
    for (const { status, stderr } of ends) {
      if (status !== 0) expect(stderr).toContain('cannot start an already running container');
    }
    h.succeed(['delete', '-f', id]);
  });

  test('of a container whose init was killed is an error, at once', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    process.kill(h.state(id).pid, 'SIGKILL');
    await h.waitFor(id, 'stopped');
    const before = performance.now();
    expect(h.fail(['start', id])).toBe('cannot start a container that has stopped');
    expect(performance.now() - before).toBeLessThan(1000);
    h.succeed(['delete', id]);
  });

  test('of a container whose init is killed in the same moment succeeds or fails, and never hangs', async () => {
    const h = host();
    for (let round = 0; round < 10; round++) {
      const id = h.create(h.script(WAIT));
      const { pid } = h.state(id);
      const command = h.begin(['start', id]);
      await Bun.sleep(round);
      process.kill(pid, 'SIGKILL');
      const { status } = await command.end;
      expect([0, 1]).toContain(status as number);
      h.succeed(['delete', '-f', id]);
    }
  });

  test.each<[string, string | Uint8Array, string]>([
    ['a script whose interpreter is missing', '#!/nonexistent/interpreter\n', 'no such file or directory'],
    ['a script whose interpreter is a directory', '#!/bin\n', 'permission denied'],
    ['a text file', 'echo this is no program\n', 'exec format error'],
    ['an empty file', '', 'exec format error'],
    ['a damaged ELF file', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), 'exec format error'],
  ])('says why %s cannot be executed', async (_, content, reason) => {
    const h = host();
    const bundle = h.bundle({ process: { args: ['/program'] } });
    writeFileSync(join(bundle, 'rootfs/program'), content, { mode: 0o755 });
    const id = h.create(bundle);
    expect(h.fail(['start', id])).toContain(reason);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
    const run = h.run(bundle);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain(reason);
    expect(run.stderr).toContain('process.args');
  });

  test('says why a program with too many arguments cannot be executed', async () => {
    const h = host();
    const args = ['true', 'x'.repeat(200_000)];
    const id = h.create(h.bundle({ process: { args } }));
    expect(h.fail(['start', id])).toContain('argument list too long');
    h.succeed(['delete', id]);
  });
});

hostTests('kill', (host) => {
  test.each([
    ['TERM', ['TERM']],
    ['SIGTERM', ['SIGTERM']],
    ['sigterm', ['sigterm']],
    ['Term', ['Term']],
    ['15', ['15']],
    ['nothing, which means SIGTERM', []],
  ])('by %s reaches the program', async (_, signal) => {
    const h = host();
    const bundle = h.script('trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.01; done');
    const id = h.id();
    const create = h.begin(['create', '--bundle', bundle, id]);
    await create.end;
    h.succeed(['start', id]);
    await until('the trap is set', () => create.output.stdout === 'ready\n' || undefined);
    h.succeed(['kill', id, ...signal]);
    await h.waitFor(id, 'stopped');
    expect(create.output.stdout).toBe('ready\ncaught\n');
    h.succeed(['delete', id]);
  });

  test('of a created container is allowed', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    h.succeed(['kill', id, '9']);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
  });

  test('by 0 asks whether it is there', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    h.succeed(['kill', id, '0']);
    expect(h.state(id).status).toBe('created');
    h.succeed(['delete', id]);
  });

  test('of a stopped container is refused, with --all it is not', async () => {
    const h = host();
    const id = h.id();
    h.succeed(['run', '--keep', '--bundle', h.bundle(), id]);
    expect(h.state(id).status).toBe('stopped');
    for (const signal of ['TERM', 'KILL', '0']) {
      expect(h.fail(['kill', id, signal])).toBe('container not running');
    }
    h.succeed(['kill', '-a', id, 'KILL']);
    h.succeed(['kill', '--all', id]);
    h.succeed(['delete', id]);
  });

  test.each(['NONSENSE', '65', '-1', '', 'SIG', '9x'])('by %p is refused', (signal) => {
    const h = host();
    const id = h.create(h.bundle());
    expect(h.fail(['kill', id, signal])).toBe(`unknown signal ${JSON.stringify(signal)}`);
    expect(h.state(id).status).toBe('created');
    h.succeed(['delete', id]);
  });

  test('of an unknown container is refused', () => {
    expect(host().fail(['kill', host().id(), 'KILL'])).toBe('container does not exist');
  });

  test('by KILL ends all processes of a container that shares the pid namespace of the host', async () => {
    const h = host();
    const namespaces = ['network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type }));
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script('sleep 1000 & sleep 1001 & wait', { linux: { namespaces } }), id]);
    await until('all run', () => descendants().length === 3 || undefined);
    h.succeed(['kill', id, 'KILL']);
    await until('all ended', () => descendants().length === 0 || undefined);
    h.succeed(['delete', id]);
  });

  test('by KILL with --all ends what a stopped container has left behind', async () => {
    const h = host();
    const namespaces = ['network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type }));
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script('sleep 1000 & exit 0', { linux: { namespaces } }), id]);
    await h.waitFor(id, 'stopped');
    expect(descendants()).toHaveLength(1);
    h.succeed(['kill', '--all', id, 'KILL']);
    await until('it ended', () => descendants().length === 0 || undefined);
    h.succeed(['delete', id]);
  });
});

hostTests('delete', (host) => {
  test('of a running container is refused, with --force it is not', () => {
    const h = host();
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script(WAIT), id]);
    expect(h.fail(['delete', id])).toBe(`cannot delete container ${id} that is not stopped: running`);
    expect(h.state(id).status).toBe('running');
    h.succeed(['delete', '--force', id]);
  });

  test.each(['', '-f', '--force', '--force=true', '-force'])(
    'of a created container works with the flag "%s"',
    (flag) => {
      const h = host();
      const id = h.create(h.script(WAIT));
      h.succeed(['delete', ...(flag === '' ? [] : [flag]), id]);
    },
  );

  test('twice is refused, with --force an unknown container is no failure', () => {
    const h = host();
    const id = h.create(h.bundle());
    h.succeed(['delete', id]);
    expect(h.fail(['delete', id])).toBe('container does not exist');
    expect(h.ocirun(['delete', '--force', id])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('at the same time as another delete: all end, and the container is gone', async () => {
    const h = host();
    const id = h.create(h.script(WAIT));
    const ends = await Promise.all(Array.from({ length: 6 }, () => h.begin(['delete', '--force', id]).end));
    expect(ends.map(({ status, stderr }) => ({ status, stderr }))).toEqual(ends.map(() => ({ status: 0, stderr: '' })));
  });

  test('ends what a container that shares the pid namespace has left', async () => {
    const h = host();
    const namespaces = ['network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type }));
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script('sleep 1000 & exit 0', { linux: { namespaces } }), id]);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
  });

  test('frees the id for the next container', () => {
    const h = host();
    const [bundle, id] = [h.bundle(), h.id()];
    for (let round = 0; round < 3; round++) {
      h.create(bundle, id);
      h.succeed(['delete', id]);
    }
  });

  test('works when the bundle is gone', () => {
    const h = host();
    const bundle = h.script(WAIT);
    const id = h.create(bundle);
    rmSync(bundle, { recursive: true });
    expect(h.state(id)).toMatchObject({ status: 'created', bundle });
    h.succeed(['delete', id]);
  });
});
