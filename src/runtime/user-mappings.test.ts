import { describe, expect, test } from 'bun:test';
import { namespaces, testConfig } from '../plan/testing/plan-input.ts';
import { mappingLines, mustDenySetGroups } from './user-mappings.ts';

test('mappings are lines of container id, host id and count', () => {
  expect(
    mappingLines([
      { containerID: 0, hostID: 1000, size: 1 },
      { containerID: 1, hostID: 100000, size: 65536 },
    ]),
  ).toBe('0 1000 1\n1 100000 65536\n');
  expect(mappingLines([])).toBe('');
});

describe('setgroups is denied', () => {
  const own = [{ containerID: 0, hostID: 1000, size: 1 }];
  const many = [...own, { containerID: 1, hostID: 100000, size: 65536 }];
  const denied = (gidMappings: typeof own, caller: { euid: number; egid: number }) =>
    mustDenySetGroups(
      testConfig({ linux: { namespaces: namespaces('mount', 'uts', 'user'), uidMappings: own, gidMappings } }),
      caller,
    );

  test('where a user maps his own group alone', () => {
    expect(denied(own, { euid: 1000, egid: 1000 })).toBe(true);
  });

  test('and nowhere else', () => {
    expect(denied(own, { euid: 0, egid: 1000 })).toBe(false);
    expect(denied(own, { euid: 1000, egid: 7 })).toBe(false);
    expect(denied(many, { euid: 1000, egid: 1000 })).toBe(false);
    expect(mustDenySetGroups(testConfig(), { euid: 1000, egid: 1000 })).toBe(false);
  });
});
