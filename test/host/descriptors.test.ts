import { expect, test } from 'bun:test';
import { readdirSync, readlinkSync } from 'node:fs';
import { hostTests } from '../support/host.ts';

/** Opens twenty descriptors of all kinds, none of them close-on-exec, before the command. */
const LEAKY = [
  'bash',
  '-c',
  `for n in 10 11 12 13 14 15 16 17 18 19; do eval "exec $n</"; done
   for n in 3 4 5 6 7; do eval "exec $n<>/dev/null"; done
   exec 20</etc 21<>/dev/tcp/127.0.0.1/0 22</proc 23</sys 24< <(sleep 0) 2>/dev/null || true
   exec "$0" "$@"`,
];

/** The open descriptors of the shell itself, and where they lead; one that the listing itself has open is gone by then. */
const LIST = '(cd /proc/$$/fd; for f in *; do [ -L $f ] && echo "$f $(readlink $f)"; done; true)';

hostTests('descriptors', (host) => {
  test('0, 1 and 2 are all that the program has, whatever the caller has open', () => {
    const h = host();
    const { status, stdout } = h.run(h.script(LIST), [], { through: LEAKY });
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['0', '1', '2']);
  });

  test('init of a created container has nothing of the host but 0, 1 and 2', () => {
    const h = host();
    const bundle = h.bundle();
    const id = h.id();
    h.succeed(['create', '--bundle', bundle, id], { through: LEAKY });
    const { pid } = h.state(id);
    const targets = readdirSync(`/proc/${pid}/fd`)
      .filter((fd) => Number(fd) > 2)
      .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
    // Its socket to ocirun, the socket on which it waits for start, and at most its own root.
    for (const target of targets) expect(target).toMatch(/^(socket:\[\d+\]|\/)$/);
    expect(targets.filter((target) => target.startsWith('socket:')).length).toBeLessThanOrEqual(2);
    h.succeed(['delete', id]);
  });

  test('--preserve-fds passes exactly as many from 3 on', () => {
    const h = host();
    const through = ['bash', '-c', 'exec 3<<<three 4<<<four 5<<<five 9</; exec "$0" "$@"'];
    const bundle = h.script(`cat <&3; cat <&4; ${LIST} | grep -c .`);
    const { status, stdout } = h.run(bundle, ['--preserve-fds', '2'], { through });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'three\nfour\n5\n' });
  });

  test.each([
    ['3 alone is', '3</dev/null 4<&- 5<&-', ['3'], 'preserved-fd 1 (of 3)'],
    ['nothing is, and there is a log', '3<&-', ['1', '--log'], 'preserved-fd 0 (of 1)'],
    ['nothing is', '3<&-', ['100'], 'preserved-fd 0 (of 100)'],
  ])('--preserve-fds passes nothing that is not open at the caller: %s', (_, open, [count = '', log], text) => {
    const h = host();
    // The engine and ocirun take the numbers that are free: their descriptors are none of the container's business.
    const through = ['bash', '-c', `exec ${open}; exec "$0" "$@"`];
    const flags = log === undefined ? [] : [log, h.path('log')];
    const args = [...flags, 'create', '--preserve-fds', count, '--bundle', h.bundle(), h.id()];
    const { status, stderr } = h.ocirun(args, { through });
    expect(status).toBe(1);
    expect(stderr).toContain(`unable to stat ${text}: bad file descriptor`);
  });

  test.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])(
    'a command with closed standard descriptors (%s) works',
    (closed) => {
      const h = host();
      const through = ['sh', '-c', `exec "$0" "$@" ${closed}`];
      const { status } = h.run(h.script('exit 3'), [], { through });
      expect(status).toBe(3);
    },
  );

  test('the blocking mode of inherited descriptors stays as it is', () => {
    const h = host();
    const bundle = h.script('grep flags /proc/self/fdinfo/0 /proc/self/fdinfo/1');
    const { stdout } = h.run(bundle, [], { through: ['sh', '-c', 'sleep 0.2 | "$0" "$@" | cat'] });
    const flags = [...stdout.matchAll(/flags:\s*(\d+)/g)].map((match) => parseInt(match[1] ?? '', 8));
    expect(flags).toHaveLength(2);
    for (const value of flags) expect(value & 0o4000).toBe(0);
  });
});
