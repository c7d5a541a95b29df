import { describe, expect, test } from 'bun:test';
import type { Config } from '../../config-schema/index.ts';
import { namespaces, testConfig } from '../plan/testing/plan-input.ts';
import { unsupportedProperties } from './unsupported.ts';

const linux = (change: object): Config => testConfig({ linux: change });
const process = (change: object): Config => testConfig({ process: change });
const mount = (options: readonly string[], rest: object = {}): Config =>
  testConfig({ mounts: [{ destination: '/x', type: 'tmpfs', source: '/src', options, ...rest }] });
const spaces = (...more: object[]) => linux({ namespaces: [...namespaces('mount', 'uts'), ...more] });

test('a default config asks for nothing that is not supported', () => {
  expect(unsupportedProperties(testConfig())).toEqual([]);
});

describe('what is asked for and not done is named', () => {
  test.each<[string, Config]>([
    ['process.terminal', process({ terminal: true })],
    ['process.apparmorProfile', process({ apparmorProfile: 'docker-default' })],
    ['process.selinuxLabel', process({ selinuxLabel: 'a:b:c:d' })],
    ['process.scheduler', process({ scheduler: { policy: 'SCHED_BATCH' } })],
    ['process.ioPriority', process({ ioPriority: { class: 'IOPRIO_CLASS_IDLE', priority: 0 } })],
    ['linux.devices', linux({ devices: [{ type: 'c', path: '/dev/x', major: 1, minor: 3 }] })],
    ['linux.sysctl', linux({ sysctl: { 'kernel.msgmax': '1' } })],
    ['linux.seccomp', linux({ seccomp: { defaultAction: 'SCMP_ACT_ERRNO' } })],
    ['linux.intelRdt', linux({ intelRdt: { closID: 'x' } })],
    ['linux.personality', linux({ personality: { domain: 'LINUX32' } })],
    ['linux.mountLabel', linux({ mountLabel: 'a:b:c:d' })],
    ['linux.rootfsPropagation', linux({ rootfsPropagation: 'shared' })],
    ['linux.namespaces[2].path', spaces({ type: 'ipc', path: '/proc/1/ns/ipc' })],
    ['linux.namespaces[2]', spaces({ type: 'time' })],
    ['mounts[0].options[1]', mount(['ro', 'tmpcopyup'])],
    ['mounts[0].options[0]', mount(['idmap=uids=0-1-2'])],
    ['mounts[0].destination', mount([], { destination: '//' })],
    ['mounts[0].options', mount(['bind', 'size=64k'])],
  ])('%s', (path, config) => {
    expect(unsupportedProperties(config)).toEqual([expect.stringContaining(path)]);
  });

  test('all at once', () => {
    expect(unsupportedProperties(testConfig({ process: { terminal: true }, linux: { mountLabel: 'x' } }))).toHaveLength(
      2,
    );
  });
});

describe('what asks for nothing passes', () => {
  test.each<[string, Config]>([
    ['an unconfined profile', process({ apparmorProfile: 'unconfined' })],
    ['empty objects and lists', linux({ devices: [], sysctl: {} })],
    ['private and slave roots', linux({ rootfsPropagation: 'rslave' })],
    ['bind mounts with plain flags', mount(['rbind', 'ro', 'nosuid', 'rprivate'])],
  ])('%s', (_, config) => {
    expect(unsupportedProperties(config)).toEqual([]);
  });
});
