import { describe, expect, test } from 'bun:test';
import { parseFeatures } from '../../config-schema/features.ts';
import type { Config } from '../../config-schema/index.ts';
import { unsupportedProperties } from '../runtime/unsupported.ts';
import { featuresDocument } from './features-document.ts';

const parsed = parseFeatures(JSON.stringify(featuresDocument()));
if (!parsed.ok) throw new Error(`not a features document: ${JSON.stringify(parsed.problems)}`);
const features = parsed.value;
const base: Config = { ociVersion: '1.3.0', linux: { namespaces: [{ type: 'mount' }] } };

/** What ocirun refuses of a config that asks for one thing. */
const refused = (asked: Partial<Config>): string[] => unsupportedProperties({ ...base, ...asked });

describe('what is listed is supported', () => {
  test('namespaces', () => {
    for (const type of features.linux?.namespaces ?? []) {
      const namespaces = [{ type: 'mount' }, { type }] as NonNullable<NonNullable<Config['linux']>['namespaces']>;
      expect(refused({ linux: { namespaces } })).toEqual([]);
    }
    expect(features.linux?.namespaces).toContain('user');
  });

  test('mount options', () => {
    for (const option of features.mountOptions ?? []) {
      expect(refused({ mounts: [{ destination: '/a', type: 'tmpfs', source: 'tmpfs', options: [option] }] })).toEqual(
        [],
      );
    }
    expect(features.mountOptions).toContain('rro');
  });
});

describe('what is refused is not listed', () => {
  test('namespaces', () => {
    const time: Partial<Config> = { linux: { namespaces: [{ type: 'mount' }, { type: 'time' }] } };
    expect(features.linux?.namespaces?.includes('time')).toBe(refused(time).length === 0);
  });

  test.each(['remount', 'tmpcopyup', 'idmap', 'ridmap', 'iversion'])('mount option %s', (option) => {
    const mounts = [{ destination: '/a', type: 'tmpfs', source: 'tmpfs', options: [option] }];
    expect(features.mountOptions?.includes(option)).toBe(refused({ mounts }).length === 0);
  });

  test.each<[string, boolean | undefined, Partial<Config>]>([
    ['seccomp', features.linux?.seccomp?.enabled, { linux: { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } } }],
    [
      'apparmor',
      features.linux?.apparmor?.enabled,
      { process: { cwd: '/', args: ['x'], apparmorProfile: 'docker-default' } },
    ],
    ['selinux', features.linux?.selinux?.enabled, { process: { cwd: '/', args: ['x'], selinuxLabel: 'a:b:c:d' } }],
    ['intelRdt', features.linux?.intelRdt?.enabled, { linux: { intelRdt: { closID: 'x' } } }],
    ['netDevices', features.linux?.netDevices?.enabled, { linux: { netDevices: { eth0: {} } } }],
    [
      'idmap',
      features.linux?.mountExtensions?.idmap?.enabled,
      { mounts: [{ destination: '/a', uidMappings: [{ containerID: 0, hostID: 1, size: 1 }] }] },
    ],
  ])('%s', (_, enabled, asked) => {
    const namespaces = base.linux?.namespaces ?? [];
    const config = asked.linux ? { ...asked, linux: { namespaces, ...asked.linux } } : asked;
    expect(enabled).toBe(refused(config).length === 0);
  });
});

test('versions and hooks', () => {
  expect(features).toMatchObject({ ociVersionMin: '1.0.0', ociVersionMax: '1.3.0' });
  expect(features.hooks).toEqual([
    'prestart',
    'createRuntime',
    'createContainer',
    'startContainer',
    'poststart',
    'poststop',
  ]);
  expect(features.linux?.capabilities).toHaveLength(41);
});
