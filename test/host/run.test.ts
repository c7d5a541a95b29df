import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { hostTests } from '../support/host.ts';
import { descendants } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

const WAIT = 'echo running; exec sleep 1000';

hostTests('run in the foreground', (host) => {
  test.each([0, 1, 7, 255])('ends with the exit status %p of the program, and deletes the container', (status) => {
    const h = host();
    expect(h.run(h.script(`exit ${status}`))).toEqual({ status, stdout: '', stderr: '' });
  });

  test.each([
    ['KILL', 137],
    ['TERM', 143],
    ['SEGV', 139],
    ['USR1', 138],
  ])('ends with 128 + n when the signal %s ended the program', (signal, status) => {
    const h = host();
    // Init of a pid namespace ignores what it has no handler for: the signal has to come from outside.
    const namespaces = ['network', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type }));
    expect(h.run(h.script(`kill -${signal} $$; sleep 5`, { linux: { namespaces } })).status).toBe(status);
  });

  test('passes stdin, stdout and stderr', () => {
    const h = host();
    const bundle = h.script('cat; echo err >&2');
    expect(h.run(bundle, [], { stdin: 'some input\n' })).toEqual({
      status: 0,
      stdout: 'some input\n',
      stderr: 'err\n',
    });
  });

  test.each(['TERM', 'INT', 'HUP', 'USR1', 'USR2', 'WINCH', 'CONT', 'QUIT'] as const)(
    'forwards SIG%s',
    async (name) => {
      const h = host();
      const bundle = h.script(`trap "echo got ${name}; exit 5" ${name}; echo ready; while :; do sleep 0.01; done`);
      const command = h.begin(['run', '--bundle', bundle, h.id()]);
      await until('the trap is set', () => command.output.stdout === 'ready\n' || undefined);
      command.process.kill(`SIG${name}`);
      expect(await command.end).toEqual({ status: 5, stdout: `ready\ngot ${name}\n`, stderr: '' });
    },
  );

  test('forwards every one of many signals in a row', async () => {
    const h = host();
    const bundle = h.script(
      'n=0; trap "n=\\$((n+1)); echo \\$n" USR1; trap "exit 0" TERM; echo ready; while :; do sleep 0.01; done',
    );
    const command = h.begin(['run', '--bundle', bundle, h.id()]);
    for (let count = 0; count < 5; count++) {
      const expected = ['ready', '1', '2', '3', '4'].slice(0, count + 1).join('\n');
      await until(`signal ${count} came`, () => command.output.stdout === `${expected}\n` || undefined);
      command.process.kill('SIGUSR1');
    }
    await until('the last came', () => command.output.stdout.endsWith('5\n') || undefined);
    command.process.kill('SIGTERM');
    expect((await command.end).status).toBe(0);
  });

  test('with --keep leaves the stopped container', () => {
    const h = host();
    const id = h.id();
    expect(h.ocirun(['run', '--keep', '--bundle', h.script('exit 4'), id]).status).toBe(4);
    expect(h.state(id)).toMatchObject({ status: 'stopped', pid: 0 });
    h.succeed(['delete', id]);
  });

  test('a container that somebody else deletes meanwhile is no failure', async () => {
    const h = host();
    const id = h.id();
    const command = h.begin(['run', '--bundle', h.script(WAIT), id]);
    await until('it runs', () => command.output.stdout === 'running\n' || undefined);
    h.succeed(['delete', '--force', id]);
    expect(await command.end).toMatchObject({ status: 137, stderr: '' });
  });

  test('writes the pid file', async () => {
    const h = host();
    const file = h.path('pid');
    const command = h.begin(['run', '--pid-file', file, '--bundle', h.script(WAIT), h.id()]);
    await until('it runs', () => command.output.stdout === 'running\n' || undefined);
    expect(descendants().map(({ pid }) => String(pid))).toContain(readFileSync(file, 'utf8'));
    command.process.kill('SIGKILL');
    await command.end;
    h.succeed(['delete', '-f', h.succeed(['list', '-q']).trim()]);
  });
});

hostTests('run --detach', (host) => {
  test('returns when the program runs, and leaves the program alone behind', async () => {
    const h = host();
    const id = h.id();
    h.succeed(['run', '-d', '--bundle', h.script(WAIT), id]);
    const state = h.state(id);
    expect(state.status).toBe('running');
    await until('only sleep is there', () => descendants()[0]?.command === 'sleep 1000' || undefined);
    expect(descendants()).toEqual([{ pid: state.pid, command: 'sleep 1000' }]);
    h.succeed(['kill', id, 'KILL']);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
  });

  test('does not delete the container when the program ends', async () => {
    const h = host();
    const id = h.id();
    h.succeed(['run', '--detach', '--bundle', h.script('exit 9'), id]);
    await h.waitFor(id, 'stopped');
    h.succeed(['delete', id]);
  });

  test('leaves nothing when the program cannot be executed', () => {
    const h = host();
    const message = h.fail(['run', '-d', '--bundle', h.bundle({ process: { args: ['/etc/passwd'] } }), h.id()]);
    expect(message).toContain('exec: "/etc/passwd": permission denied');
  });
});
