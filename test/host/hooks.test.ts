import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Json, MOUNTS } from '../support/config.ts';
import { type Host, hostTests } from '../support/host.ts';
import { descendants } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

const KINDS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'] as const;
type Kind = (typeof KINDS)[number];

/** A hook that is a shell script. */
const shell = (text: string, more: Json = {}): Json => ({ path: '/bin/sh', args: ['sh', '-c', text], ...more });

/** A directory that hooks write into: on the host, and under the same path in the container. */
function shared(h: Host): { path: string; mount: Json; lines: (name: string) => string[] } {
  const path = h.path('shared');
  mkdirSync(path);
  return {
    path,
    mount: { destination: path, source: path, options: ['bind'] },
    lines: (name) => (existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8').trim().split('\n') : []),
  };
}

hostTests('hooks', (host) => {
  test('run in their order, all of each kind, at their time', async () => {
    const h = host();
    const { path, mount, lines } = shared(h);
    const log = (kind: Kind) => [1, 2].map((number) => shell(`echo ${kind} ${number} >> ${path}/log`));
    const hooks = Object.fromEntries(KINDS.map((kind) => [kind, log(kind)]));
    const bundle = h.script(`echo program >> ${path}/log; sleep 1000`, { hooks, mounts: [...MOUNTS, mount] });
    const both = (...kinds: Kind[]) => kinds.flatMap((kind) => [`${kind} 1`, `${kind} 2`]);

    const id = h.create(bundle);
    const created = both('prestart', 'createRuntime', 'createContainer');
    expect(lines('log')).toEqual(created);
    h.succeed(['start', id]);
    await until('the program runs', () => lines('log').includes('program') || undefined);
    expect(lines('log').slice(0, 8)).toEqual([...created, ...both('startContainer')]);
    expect(lines('log').toSorted()).toEqual([...created, ...both('startContainer', 'poststart'), 'program'].toSorted());
    h.succeed(['delete', '-f', id]);
    expect(lines('log').slice(-2)).toEqual(both('poststop'));
  });

  test('run in their namespaces and directory, with the state on stdin and nothing but their environment', () => {
    const h = host();
    const { path, mount } = shared(h);
    const report = (kind: Kind) => {
      const out = `${path}/${kind}`;
      const text = `cat > ${out}.state; pwd > ${out}.cwd; cat < /proc/self/environ > ${out}.env
        for n in mnt pid net ipc uts; do readlink /proc/self/ns/$n; done > ${out}.ns; ls /proc/self/fd > ${out}.fds`;
      return [shell(text, { env: ['PATH=/bin:/usr/bin', `KIND=${kind}`] })];
    };
    const annotations = { 'org.example.key': 'value' };
    const hooks = Object.fromEntries(KINDS.map((kind) => [kind, report(kind)]));
    const bundle = h.script('sleep 1000', { hooks, annotations, mounts: [...MOUNTS, mount] });
    const id = h.create(bundle);
    const { pid } = h.state(id);
    const inside = namespacesOf(String(pid));
    h.succeed(['start', id]);
    h.succeed(['delete', '-f', id]);

    const common = { ociVersion: '1.3.0', id, bundle, annotations };
    const expected: Record<Kind, [namespaces: string[], cwd: string, state: Json]> = {
      prestart: [namespacesOf('self'), bundle, { ...common, status: 'creating', pid }],
      createRuntime: [namespacesOf('self'), bundle, { ...common, status: 'creating', pid }],
      createContainer: [inside, join(bundle, 'rootfs'), { ...common, status: 'creating', pid: 1 }],
      startContainer: [inside, '/', { ...common, status: 'created', pid: 1 }],
      poststart: [namespacesOf('self'), bundle, { ...common, status: 'running', pid }],
      poststop: [namespacesOf('self'), '/', { ...common, status: 'stopped' }],
    };
    for (const kind of KINDS) {
      const read = (name: string) => readFileSync(join(path, `${kind}.${name}`), 'utf8').trim();
      const [namespaces, cwd, state] = expected[kind];
      expect({ kind, ns: read('ns').split('\n'), cwd: read('cwd'), state: JSON.parse(read('state')) }).toEqual({
        kind,
        ns: namespaces,
        cwd,
        state,
      });
      expect(read('env')).toBe(`PATH=/bin:/usr/bin\0KIND=${kind}\0`);
      // The listing has the directory open itself.
      expect(read('fds').split('\n')).toEqual(['0', '1', '2', '3']);
    }
  });

  test('without env have an empty one, whatever the caller and the container have', () => {
    const h = host();
    const { path, mount } = shared(h);
    const hooks = Object.fromEntries(
      KINDS.map((kind) => [kind, [shell(`cat < /proc/self/environ > ${path}/${kind}`)]]),
    );
    const bundle = h.bundle({ hooks, mounts: [...MOUNTS, mount] });
    h.run(bundle, [], { env: { PATH: '/usr/bin:/bin', CALLER: '1' } });
    for (const kind of KINDS) expect({ kind, env: readFileSync(join(path, kind), 'utf8') }).toEqual({ kind, env: '' });
  });

  test('startContainer runs the program of the container as its user', () => {
    const h = host();
    const { path, mount } = shared(h);
    Bun.spawnSync(['chmod', '777', path]);
    const text = `{ /bin/id -u; /bin/id -g; /bin/grep CapEff /proc/self/status; } > ${path}/who`;
    const bundle = h.bundle({
      process: { user: { uid: 1000, gid: 1001 } },
      hooks: { startContainer: [shell(text)] },
      mounts: [...MOUNTS, mount],
    });
    expect(h.run(bundle)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(path, 'who'), 'utf8')).toBe('1000\n1001\nCapEff:\t0000000000000000\n');
  });

  test('in a user namespace run as its root inside, and as the caller outside', () => {
    const h = host();
    const { path, mount } = shared(h);
    Bun.spawnSync(['chmod', '777', path]);
    const mapping = [{ containerID: 0, hostID: 100_000, size: 1000 }];
    const who = (kind: Kind) => [shell(`PATH=/bin:/usr/bin; { id -u; cat /proc/self/uid_map; } > ${path}/${kind}`)];
    const hooks = Object.fromEntries(KINDS.map((kind) => [kind, who(kind)]));
    const namespaces = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup', 'user'].map((type) => ({ type }));
    const linux = { namespaces, uidMappings: mapping, gidMappings: mapping };
    const bundle = h.bundle({ hooks, linux, mounts: [...MOUNTS, mount] });
    mkdirSync(join(bundle, 'rootfs', path), { recursive: true });
    expect(h.run(bundle)).toMatchObject({ status: 0, stderr: '' });
    for (const kind of KINDS) {
      const inside = kind === 'createContainer' || kind === 'startContainer';
      const [uid, map = ''] = readFileSync(join(path, kind), 'utf8').split('\n');
      expect({ kind, uid }).toEqual({ kind, uid: '0' });
      expect(map.trim().split(/\s+/)[1]).toBe(inside ? '100000' : '0');
    }
  });

  test('that write without end, read nothing, and leave a process behind stop nothing', async () => {
    const h = host();
    const annotations = { big: 'x'.repeat(100_000) };
    const hooks = {
      createRuntime: [
        shell('exec 0<&-; exit 0'),
        shell('head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2', { env: ['PATH=/usr/bin:/bin'] }),
        { path: '/bin/true' },
        shell('sleep 0.6 & exit 0', { env: ['PATH=/usr/bin:/bin'] }),
      ],
    };
    const bundle = h.bundle({ hooks, annotations });
    const before = performance.now();
    const id = h.create(bundle);
    expect(performance.now() - before).toBeLessThan(500);
    h.succeed(['delete', id]);
    await until('what the hook left ended', () => descendants().length === 0 || undefined);
  });
});

function namespacesOf(pid: string): string[] {
  return ['mnt', 'pid', 'net', 'ipc', 'uts'].map((name) => readlinkSync(`/proc/${pid}/ns/${name}`));
}

hostTests('hooks that fail', (host) => {
  const failing = shell('echo some output; echo some error >&2; exit 3');

  test.each(['prestart', 'createRuntime', 'createContainer'] as const)(
    'in %s fail create, and nothing is left',
    (kind) => {
      const h = host();
      const bundle = h.bundle({ hooks: { [kind]: [{ path: '/bin/true' }, failing] } });
      const message = h.fail(['create', '--bundle', bundle, h.id()]);
      expect(message).toContain(
        `error running ${kind} hook #1: exit status 3, stdout: some output, stderr: some error`,
      );
      expect(message).toContain(`hooks.${kind}[1]`);
    },
  );

  test('in startContainer and poststart fail start, and stop the container', async () => {
    const h = host();
    for (const kind of ['startContainer', 'poststart']) {
      const id = h.create(h.script('sleep 1000', { hooks: { [kind]: [failing] } }));
      expect(h.fail(['start', id])).toContain(`error running ${kind} hook #0: exit status 3, stdout: some output`);
      await h.waitFor(id, 'stopped');
      h.succeed(['delete', id]);
    }
  });

  test.each(['startContainer', 'poststart'])('in %s fail run, and nothing is left', (kind) => {
    const h = host();
    const { path, lines } = shared(h);
    const hooks = { [kind]: [failing], poststop: [shell(`echo stopped >> ${path}/log`)] };
    for (const flags of [[], ['-d']]) {
      const result = h.run(h.script('sleep 1000', { hooks }), flags);
      expect(result.status).toBe(1);
      expect(result.stderr).toContain(`error running ${kind} hook #0: exit status 3`);
    }
    expect(lines('log')).toEqual(['stopped', 'stopped']);
  });

  test('in poststop are a warning: the others run, and delete succeeds', () => {
    const h = host();
    const { path, lines } = shared(h);
    const id = h.create(h.bundle({ hooks: { poststop: [failing, shell(`echo second >> ${path}/log`)] } }));
    const { status, stderr } = h.ocirun(['delete', id]);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^time="[^"]+" level=warning msg="error running poststop hook #0: exit status 3, .*\n$/);
    expect(lines('log')).toEqual(['second']);
  });

  test('stop the hooks after them', () => {
    const h = host();
    const { path, lines } = shared(h);
    const hooks = { createRuntime: [failing, shell(`echo second >> ${path}/log`)] };
    h.fail(['create', '--bundle', h.bundle({ hooks }), h.id()]);
    expect(lines('log')).toEqual([]);
  });

  test.each(['createRuntime', 'createContainer'])(
    'by their timeout in %s are killed with all that they started',
    (kind) => {
      const h = host();
      const hook = shell('sleep 1000 & (sleep 1000; true) & sleep 1000', { env: ['PATH=/usr/bin:/bin'], timeout: 1 });
      const before = performance.now();
      const message = h.fail(['create', '--bundle', h.bundle({ hooks: { [kind]: [hook] } }), h.id()]);
      expect(message).toContain(`error running ${kind} hook #0: hook ran past specified timeout of 1.0s`);
      expect(performance.now() - before).toBeWithin(1000, 2500);
      expect(descendants()).toEqual([]);
    },
  );

  test('say by which signal they were killed', () => {
    const h = host();
    const bundle = h.bundle({ hooks: { createRuntime: [shell('kill -9 $$')] } });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('hook #0: killed by signal 9');
  });

  test('with a flood of output keep the end of it, in one short line', () => {
    const h = host();
    const hook = shell('yes | head -c 3000000; echo the end; exit 1', { env: ['PATH=/usr/bin:/bin'] });
    const message = h.fail(['create', '--bundle', h.bundle({ hooks: { createRuntime: [hook] } }), h.id()]);
    expect(message).toContain('the end');
    expect(message.length).toBeLessThan(20_000);
  });

  test.each<[string, Json, string]>([
    ['a missing program', { path: '/nonexistent/hook' }, 'no such file or directory'],
    ['a program that cannot be executed', { path: '/etc/passwd' }, 'permission denied'],
    ['a directory', { path: '/etc' }, 'permission denied'],
  ])('because of %s say so', (_, hook, reason) => {
    const h = host();
    for (const kind of ['createRuntime', 'createContainer']) {
      const message = h.fail(['create', '--bundle', h.bundle({ hooks: { [kind]: [hook] } }), h.id()]);
      expect(message).toContain(`error running ${kind} hook #0: `);
      expect(message).toContain(reason);
    }
  });

  test.each<[string, Json]>([
    ['a relative path', { path: 'bin/true' }],
    ['no path', { args: ['true'] }],
    ['a timeout of 0', { path: '/bin/true', timeout: 0 }],
    ['a negative timeout', { path: '/bin/true', timeout: -1 }],
    ['a timeout that is text', { path: '/bin/true', timeout: '1' }],
  ])('are refused before anything runs: %s', (_, hook) => {
    const h = host();
    const bundle = h.bundle({ hooks: { createRuntime: [{ path: '/bin/true' }, hook] } });
    expect(h.fail(['create', '--bundle', bundle, h.id()])).toContain('hooks.createRuntime[1]');
  });

  test('at the same time as a delete --force: the container is gone, whoever was first', async () => {
    const h = host();
    const id = h.id();
    const hooks = { createRuntime: [shell('sleep 0.3', { env: ['PATH=/usr/bin:/bin'] })] };
    const create = h.begin(['create', '--bundle', h.bundle({ hooks }), id]);
    await until('the state directory is there', () => existsSync(join(h.root, id)) || undefined);
    h.succeed(['delete', '--force', id]);
    const { status } = await create.end;
    if (status === 0) h.succeed(['delete', '--force', id]);
  });
});
