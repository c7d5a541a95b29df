import { describe, expect, test } from 'bun:test';
import { checkSupport, type GlobalFlags, logFlags } from './global-flags.ts';

const flags = (given: Partial<GlobalFlags> = {}): GlobalFlags => ({ rootless: 'auto', ...given });

describe('logFlags', () => {
  test.each<[Partial<GlobalFlags>, ReturnType<typeof logFlags>]>([
    [{}, { path: undefined, format: 'text', threshold: 'warning' }],
    [{ log: '' }, { path: undefined, format: 'text', threshold: 'warning' }],
    [{ log: '/l' }, { path: '/l', format: 'text', threshold: 'error' }],
    [
      { log: '/l', logFormat: 'json' },
      { path: '/l', format: 'json', threshold: 'error' },
    ],
    [
      { log: '/l', logFormat: '' },
      { path: '/l', format: 'text', threshold: 'error' },
    ],
    [
      { log: '/l', logLevel: 'warning' },
      { path: '/l', format: 'text', threshold: 'warning' },
    ],
    [{ logLevel: 'error' }, { path: undefined, format: 'text', threshold: 'error' }],
    [{ logLevel: 'WARN' }, { path: undefined, format: 'text', threshold: 'warning' }],
    [
      { log: '/l', debug: true },
      { path: '/l', format: 'text', threshold: 'debug' },
    ],
    [
      { debug: true, logLevel: 'error' },
      { path: undefined, format: 'text', threshold: 'debug' },
    ],
  ])('%j', (given, settings) => {
    expect(logFlags(flags(given))).toEqual(settings);
  });

  test.each<[Partial<GlobalFlags>, string]>([
    [{ logFormat: 'xml' }, 'invalid log-format: xml'],
    [{ logLevel: 'loud' }, 'invalid log-level: loud'],
    [{ logLevel: 'constructor', debug: true }, 'invalid log-level: constructor'],
  ])('%j is refused', (given, message) => {
    expect(() => logFlags(flags(given))).toThrow(message);
  });
});

describe('checkSupport', () => {
  test.each<Partial<GlobalFlags>>([
    {},
    { cgroupManager: 'cgroupfs' },
    { rootless: 'true' },
    { rootless: 'false' },
    { criu: '/x' },
  ])('%j is fine', (given) => {
    expect(() => checkSupport(flags(given))).not.toThrow();
  });

  test.each<[Partial<GlobalFlags>, string]>([
    [{ systemdCgroup: true }, '--systemd-cgroup is not supported yet'],
    [{ cgroupManager: 'systemd' }, '--cgroup-manager "systemd" is not supported yet'],
    [{ cgroupManager: 'disabled' }, '--cgroup-manager "disabled" is not supported yet'],
    [{ rootless: 'sometimes' }, 'invalid --rootless value "sometimes"'],
  ])('%j is refused', (given, message) => {
    expect(() => checkSupport(flags(given))).toThrow(message);
  });
});
