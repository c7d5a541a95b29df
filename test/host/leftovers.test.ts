import { expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Step } from '../../src/plan/builder.ts';
import { createContainer } from '../../src/runtime/create.ts';
import { deleteContainer } from '../../src/runtime/delete.ts';
import { RuntimeError } from '../../src/runtime/runtime-error.ts';
import { startContainer } from '../../src/runtime/start.ts';
import { StateDirectory } from '../../src/runtime/state-directory.ts';
import { type Json, MOUNTS, NAMESPACES, PATH } from '../support/config.ts';
import { withFailingProgramCall, withFailingStep } from '../support/fail-call.ts';
import { type Host, hostTests } from '../support/host.ts';
import { cgroupsNamed, descendants } from '../support/leftovers.ts';
import { until } from '../support/until.ts';

/**
 * What a failure leaves behind, at each single step: nothing. The runtime is called in-process here, as a library, so a
 * zombie that nobody reaps counts, too.
 */

/** Children of this process, zombies included. */
const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();

/** A config that uses about everything, so that its plan has about every kind of step. */
const RICH: Json = {
  hostname: 'rich',
  domainname: 'rich.example',
  process: {
    args: ['/bin/true'],
    cwd: '/srv/here',
    user: { uid: 1000, gid: 1000, additionalGids: [5] },
    capabilities: Object.fromEntries(
      ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'].map((set) => [set, ['CAP_KILL', 'CAP_CHOWN']]),
    ),
    oomScoreAdj: 100,
    rlimits: [
      { type: 'RLIMIT_NOFILE', soft: 64, hard: 64 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
    ],
  },
  root: { path: 'rootfs', readonly: true },
  mounts: [
    ...MOUNTS,
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'ro'] },
    { destination: '/bound/file', source: '/etc/passwd', options: ['bind', 'ro', 'nosuid'] },
    { destination: '/bound/tree', source: '/var', options: ['rbind', 'rro', 'rslave'] },
    { destination: '/fresh', type: 'tmpfs', options: ['ro', 'size=64k'] },
  ],
};

/** The same as the root of a user namespace, with all kinds of create hooks. */
const IN_USER: Json = {
  process: { args: ['/bin/true'] },
  linux: {
    namespaces: [...NAMESPACES, { type: 'user' }],
    uidMappings: [{ containerID: 0, hostID: 100_000, size: 10 }],
    gidMappings: [{ containerID: 0, hostID: 100_000, size: 10 }],
  },
  hooks: { prestart: [{ path: '/bin/true' }], createContainer: [{ path: '/bin/true' }] },
};

interface Outcome {
  readonly steps: readonly Step[];
  readonly error: unknown;
}

/** Creates and starts a container in-process, with one step failing, and deletes what that leaves on purpose. */
async function attempt(h: Host, bundle: string, failing: number): Promise<Outcome> {
  const id = h.id('fail');
  const context = { root: h.root, warn: () => undefined };
  let error: unknown;
  let isCreated = false;
  const steps = await withFailingStep(failing, async () => {
    try {
      await createContainer(context, { id, bundle });
      isCreated = true;
      await startContainer(context, id);
    } catch (reason) {
      error = reason;
    }
  });
  if (isCreated) await deleteContainer(context, id, { force: true });
  return { steps, error };
}

/** What is left right after a failure, without time to vanish. */
function leftNow(h: Host): Json {
  return { children: children(), cgroups: cgroupsNamed('fail'), states: existsSync(h.root) ? readdirSync(h.root) : [] };
}

hostTests('a failing call of the plan', (host) => {
  test.each<[string, Json]>([
    ['the base config', { process: { args: ['/bin/true'] } }],
    ['a config with about everything', RICH],
    ['a config with a user namespace and hooks', IN_USER],
  ])(
    'each single one of %s is an error that names its place, and nothing is left',
    async (_, config) => {
      const h = host();
      const bundle = h.bundle(config);
      const { steps: all, error: none } = await attempt(h, bundle, -1);
      expect(none).toBeUndefined();
      descendants(); // Reaps the init of the container that succeeded.
      expect(all.length).toBeGreaterThan(100);

      let reached = 0;
      for (const [index, step] of all.entries()) {
        const { error } = await attempt(h, bundle, index);
        const where = { index, call: step.call.name, configPath: step.configPath, purpose: step.purpose };
        if (error === undefined) {
          // Only a step that another one skips may fail without being missed.
          expect({ ...where, canBeSkipped: isInSkippedRange(all, index) }).toEqual({ ...where, canBeSkipped: true });
          descendants();
          continue;
        }
        reached++;
        expect({ ...where, error }).toMatchObject({ error: expect.any(RuntimeError) });
        const { message, configPath = '' } = error as RuntimeError;
        if (step.configPath !== '') {
          expect({ ...where, startsWith: configPath.startsWith(step.configPath) }).toEqual({
            ...where,
            startsWith: true,
          });
          if (!message.includes('exec: ')) expect(message).toContain(step.configPath);
        }
        expect(message).not.toContain('\n');
        if (!isInWaitPlan(all, index)) {
          expect<unknown>({ ...where, ...leftNow(h) }).toEqual({ ...where, children: '', cgroups: [], states: [] });
        } else descendants();
        await h.assertClean();
      }
      expect(reached / all.length).toBeGreaterThan(0.6);
    },
    60_000,
  );

  test('in the plan of a hook is an error that names the hook, and nothing is left', async () => {
    const h = host();
    const hooks = Object.fromEntries(
      ['createRuntime', 'createContainer'].map((kind) => [kind, [{ path: '/bin/true' }]]),
    );
    const bundle = h.bundle({ hooks });
    const context = { root: h.root, warn: () => undefined };
    let count = 1;
    for (let failing = 0; failing < count; failing++) {
      let error: unknown;
      count = await withFailingProgramCall(failing, async () => {
        await createContainer(context, { id: h.id('fail'), bundle }).catch((reason) => {
          error = reason;
        });
      });
      // The calls of the later hook are seen only when the earlier one succeeds.
      count = Math.max(count, failing + 2 < 40 && error !== undefined ? failing + 2 : count);
      if (error === undefined) break;
      expect(error).toBeInstanceOf(RuntimeError);
      expect((error as RuntimeError).configPath).toMatch(/^hooks\.create(Runtime|Container)\[0\]$/);
      expect<unknown>({ failing, ...leftNow(h) }).toEqual({ failing, children: '', cgroups: [], states: [] });
    }
    expect(count).toBeGreaterThan(10);
    for (const id of readdirSync(h.root)) await deleteContainer(context, id, { force: true });
    descendants();
  });
});

/** Whether a step before this one can skip it. */
function isInSkippedRange(steps: readonly Step[], index: number): boolean {
  return steps.slice(0, index).some(({ call }, at) => {
    const furthest = Math.max(call.skipAfterFailure ?? 0, call.skipAfterSuccess ?? 0);
    return at + furthest >= index;
  });
}

/** The last plan, from which on a failure is one of `start`, and the container exists. */
function isInWaitPlan(steps: readonly Step[], index: number): boolean {
  return index >= steps.findIndex(({ purpose }) => purpose === 'wait for start');
}

hostTests('a failure on the side of ocirun', (host) => {
  test('while it saves the state leaves nothing', async () => {
    const h = host();
    const { save } = StateDirectory.prototype;
    StateDirectory.prototype.save = () => {
      throw new Error('the disk is on fire');
    };
    try {
      const creation = createContainer(
        { root: h.root, warn: () => undefined },
        { id: h.id('fail'), bundle: h.bundle() },
      );
      expect(creation).rejects.toThrow('the disk is on fire');
      await creation.catch(() => undefined);
    } finally {
      StateDirectory.prototype.save = save;
    }
    expect(leftNow(h)).toEqual({ children: '', cgroups: [], states: [] });
  });

  test('while it maps users, sets the OOM score or writes the pid file leaves nothing', async () => {
    const h = host();
    const context = { root: h.root, warn: () => undefined };
    const overlapping = [5, 6].map((hostID) => ({ containerID: hostID - 5, hostID: 5, size: 10 }));
    const cases: [Json, object, string][] = [
      [{ ...IN_USER, linux: { ...(IN_USER.linux as Json), uidMappings: overlapping } }, {}, 'linux.uidMappings'],
      [{}, { pidFile: '/nonexistent/pid' }, 'pid file'],
      [{}, { preserveFds: 900 }, 'preserved-fd'],
    ];
    for (const [config, options, text] of cases) {
      const creation = createContainer(context, { id: h.id('fail'), bundle: h.bundle(config), ...options });
      const message = await creation.then(() => 'no failure', String);
      expect(message).toContain(text);
      expect<unknown>({ text, ...leftNow(h) }).toEqual({ text, children: '', cgroups: [], states: [] });
    }
  });

  test('does not use up descriptors, however often it happens', async () => {
    const h = host();
    const context = { root: h.root, warn: () => undefined };
    const bundle = h.bundle({ process: { args: ['/nonexistent'] } });
    const open = () => readdirSync('/proc/self/fd').length;
    const once = () => createContainer(context, { id: h.id('fail'), bundle }).catch(() => undefined);
    await once();
    const before = open();
    for (let round = 0; round < 20; round++) await once();
    expect(open()).toBe(before);
  });
});

hostTests('a container that is made in-process', (host) => {
  test('uses up no descriptors', async () => {
    const h = host();
    const context = { root: h.root, warn: () => undefined };
    const bundle = h.bundle({ process: { args: ['true'], env: [PATH] } });
    const once = async () => {
      const id = h.id();
      await createContainer(context, { id, bundle });
      await startContainer(context, id);
      await deleteContainer(context, id, { force: true });
      descendants();
    };
    await once();
    const before = readdirSync('/proc/self/fd').length;
    for (let round = 0; round < 20; round++) await once();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
  });
});

const KILL_PARENT = { path: '/bin/sh', args: ['sh', '-c', 'kill -9 $PPID; sleep 0.05'], env: ['PATH=/usr/bin:/bin'] };

hostTests('an ocirun that is killed', (host) => {
  test.each(['prestart', 'createRuntime'])(
    'in a %s hook takes init with it, and delete --force removes the rest',
    async (kind) => {
      const h = host();
      const id = h.id();
      const { status } = h.ocirun(['create', '--bundle', h.bundle({ hooks: { [kind]: [KILL_PARENT] } }), id]);
      expect(status).not.toBe(0);
      await until('init has ended', () => descendants().length === 0 || undefined);
      expect(h.fail(['state', id])).toBe('container does not exist');
      h.succeed(['delete', '--force', id]);
    },
  );

  test('in a poststart hook leaves a running container', async () => {
    const h = host();
    const id = h.create(h.script('sleep 1000', { hooks: { poststart: [KILL_PARENT] } }));
    h.ocirun(['start', id]);
    expect(h.state(id).status).toBe('running');
    h.succeed(['delete', '--force', id]);
  });

  test.skipIf(!Bun.which('strace')).each([
    ['sendto', 1],
    ['sendto', 2],
    ['sendto', 3],
    ['pidfd_open', 1],
    ['pidfd_open', 2],
    ['waitid', 1],
    ['renameat2', 1],
    ['bpf', 1],
    ['flock', 1],
    ['bind', 1],
    ['memfd_create', 1],
  ])(
    'at %s number %p of create: delete --force removes the rest (skipped where strace is not installed)',
    async (call, when) => {
      const h = host();
      const id = h.id();
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${when}`];
      const through = ['strace', '-qq', '-o', h.path('strace'), ...inject];
      expect(h.ocirun(['create', '--bundle', h.bundle(), id], { through }).status).not.toBe(0);
      expect(readFileSync(h.path('strace'), 'utf8')).toContain('killed by SIGKILL');
      h.succeed(['delete', '--force', id]);
    },
  );
});

hostTests(
  'an init that is killed while it is set up',
  (host) => {
    test.each(['fsopen', 'move_mount', 'pivot_root', 'setresuid', 'unshare'])('at %s is an error of create', (call) => {
      const h = host();
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL`];
      const through = ['strace', '-f', '-qq', '-o', '/dev/null', ...inject];
      const message = h.fail(['create', '--bundle', h.bundle(), h.id()], { through });
      expect(message).toContain('container init died');
    });
  },
  [[Bun.which('strace'), 'strace is not installed']],
);
