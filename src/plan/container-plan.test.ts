import { describe, expect, test } from 'bun:test';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Call } from '../../native-bindings/executor/call.ts';
import { decodePlan } from '../../native-bindings/executor/decode-plan.ts';
import { encodePlan } from '../../native-bindings/executor/wire.ts';
import { exampleConfig, rootlessExampleConfig } from '../commands/example-config.ts';
import type { Step } from './builder.ts';
import { containerPlan, type Phase } from './container-plan.ts';
import { planText } from './describe/plan-text.ts';
import { descriptors } from './descriptors.ts';
import { type TestInput, testInput } from './testing/plan-input.ts';
import { madeCalls, runPlan, textOf } from './testing/plan-run.ts';

const { mounts, linux } = rootlessExampleConfig({ uid: 1000, gid: 1000 }) as { mounts: object[]; linux: object };
const { mounts: usualMounts } = exampleConfig() as { mounts: object[] };

/** Inputs that are as different as plans can be. */
const INPUTS: Readonly<Record<string, TestInput>> = {
  default: testInput(),
  rootless: testInput({ mounts, linux }, { facts: { euid: 1000, egid: 1000, canMakeDevices: false } }),
  'a user, a path, limits, a working directory, descriptors': testInput(
    {
      process: {
        args: ['/bin/sh', '-c', 'true'],
        cwd: '/a/b/c',
        user: { uid: 1000, gid: 1000, additionalGids: [5, 6] },
        rlimits: [{ type: 'RLIMIT_NOFILE', soft: 3, hard: 3 }],
      },
      domainname: 'example.org',
    },
    { fds: descriptors(3), keyring: '_ses.x' },
  ),
  'no tmpfs on /dev, file binds, propagation': testInput(
    {
      mounts: [
        { destination: '/deep/er/file', source: '/etc/hosts', options: ['bind', 'ro'] },
        { destination: '/data', source: 'data', options: ['rbind', 'rro', 'rslave', 'noatime'] },
        ...usualMounts.slice(4),
      ],
    },
    { facts: { fileSources: new Set(['/etc/hosts']) }, noPivot: true },
  ),
};

const phasesOf = (name: string): Phase[] => containerPlan(INPUTS[name] ?? testInput());
const stepPhases = (name: string) => phasesOf(name).filter(({ steps }) => steps.length > 0);

describe.each(Object.keys(INPUTS))('the plan of %s', (name) => {
  test('runs to its end on a host that has everything', () => {
    for (const { name: phase, steps } of stepPhases(name)) {
      const { failed } = runPlan(steps);
      // A search in PATH ends where it has found something.
      if (phase === 'process') expect(failed?.configPath ?? 'process.args[0]').toBe('process.args[0]');
      else expect(failed).toBeUndefined();
    }
  });

  test('never uses the result of a call that failed or was left out', () => {
    for (const { steps } of stepPhases(name)) {
      for (const { call: broken } of steps) {
        const ignored = broken.goOnAfter === 'any' ? (['EIO'] as const) : (broken.goOnAfter ?? []);
        for (const errno of [...ignored, 'EIO'] as const) {
          expect(() => runPlan(steps, (call) => (call === broken ? errno : undefined))).not.toThrow();
        }
      }
    }
  });

  test('says of each call what it is for', () => {
    for (const { steps } of stepPhases(name)) expect(steps.filter(({ purpose }) => purpose === '')).toEqual([]);
  });

  test.each(['x64', 'arm64'] as const)('is encoded for %s', (architecture) => {
    for (const { steps } of stepPhases(name)) {
      const calls = steps.map(({ call }) => call);
      const decoded = decodePlan(encodePlan(calls, architecture, 3), architecture);
      expect(decoded.calls.map((call) => call.name)).toEqual(calls.map((call) => call.name));
    }
  });
});

describe('the plan of the default config', () => {
  /** To be looked at when it changes, and then made anew: OCIRUN_UPDATE_GOLDEN=1 bun test src/plan */
  test('is what it was', () => {
    const golden = join(import.meta.dirname, 'default-plan.golden.txt');
    const text = planText(phasesOf('default'));
    if (process.env.OCIRUN_UPDATE_GOLDEN) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('costs the child few calls', () => {
    // A host as most are: the program is in the first folder of PATH, and half of the masked paths do not exist.
    const absent = ['/proc/acpi', '/proc/asound', '/proc/latency_stats', '/proc/timer_stats', '/proc/sched_debug'];
    const answers = (call: Call, { configPath }: Step) => {
      if (call.name === 'check' && configPath === 'process.args[0]') return 'EPERM';
      return call.name === 'openat2' && absent.includes(textOf(call)) ? 'ENOENT' : undefined;
    };
    const made = phasesOf('default')
      .filter(({ by }) => by === 'init')
      .flatMap(({ steps }) => madeCalls(steps, answers));
    expect(made.length).toBeLessThanOrEqual(150);
  });

  test('seals the root file system last, and lets go of the host before', () => {
    const calls = stepPhases('default').flatMap(({ steps }) => madeCalls(steps));
    const place = (start: string) => calls.findLastIndex((call) => call.startsWith(start));
    expect(place('pivot_root(')).toBeGreaterThan(place('open_tree('));
    expect(place('umount2(')).toBe(place('pivot_root(') + 1);
    expect(place('mount_setattr(')).toBeGreaterThan(place('umount2('));
    expect(place('setresuid(')).toBeGreaterThan(place('mount_setattr('));
    expect(place('execve(')).toBe(calls.length - 1);
  });
});

describe('what ocirun does between the calls', () => {
  test('hooks stand where they run', () => {
    const hook = (path: string) => [{ path }];
    const hooks = {
      prestart: hook('/p'),
      createRuntime: hook('/cr'),
      createContainer: hook('/cc'),
      startContainer: hook('/sc'),
      poststart: hook('/ps'),
      poststop: hook('/never'),
    };
    const phases = containerPlan(testInput({ hooks }));
    const named = (name: string) => phases.find((phase) => phase.name === name)?.actions;
    expect(named('create hooks')).toEqual([
      'run hooks.prestart[0]: /p',
      'run hooks.createRuntime[0]: /cr',
      'run hooks.createContainer[0]: /cc',
    ]);
    expect(named('start hooks')).toEqual(['run hooks.startContainer[0]: /sc']);
    expect(named('started')).toEqual(['run hooks.poststart[0]: /ps']);
    expect(planText(phases)).not.toContain('/never');
    const order = phases.map(({ name }) => name);
    expect(order.indexOf('create hooks')).toBeLessThan(order.indexOf('enter root'));
    expect(order.indexOf('start hooks')).toBeLessThan(order.indexOf('wait and execute'));
  });

  test('mappings are written for a new user namespace', () => {
    const settled = phasesOf('rootless').find(({ name }) => name === 'settle')?.actions;
    expect(settled).toEqual(['write "0 1000 1" to uid_map of init', 'write "0 1000 1" to gid_map of init']);
    expect(phasesOf('default').map(({ name }) => name)).not.toContain('settle');
  });
});
