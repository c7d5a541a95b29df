import { describe, expect, test } from 'bun:test';
import * as clone from '../../native-bindings/kernel/clone.ts';
import { cloneFlags, hasNewNamespace } from './namespaces.ts';
import { namespaces, testConfig } from './testing/plan-input.ts';

const flagsOf = (...types: string[]) => cloneFlags(testConfig({ linux: { namespaces: namespaces(...types) } }));

describe('clone flags', () => {
  test.each([
    ['pid', clone.CLONE_NEWPID],
    ['network', clone.CLONE_NEWNET],
    ['mount', clone.CLONE_NEWNS],
    ['ipc', clone.CLONE_NEWIPC],
    ['uts', clone.CLONE_NEWUTS],
  ])('%s', (type, flag) => {
    expect(flagsOf(...new Set(['mount', 'uts', type]))).toBe(clone.CLONE_NEWNS | clone.CLONE_NEWUTS | flag);
  });

  test('init makes its cgroup namespace itself', () => {
    expect(flagsOf('mount', 'uts', 'cgroup')).toBe(clone.CLONE_NEWNS | clone.CLONE_NEWUTS);
  });
});

test('a namespace with a path is not a new one', () => {
  const config = testConfig({
    linux: { namespaces: [...namespaces('mount', 'uts'), { type: 'pid', path: '/proc/1/ns/pid' }] },
  });
  expect(hasNewNamespace(config, 'pid')).toBe(false);
  expect(hasNewNamespace(config, 'mount')).toBe(true);
  expect(hasNewNamespace(config, 'user')).toBe(false);
});
