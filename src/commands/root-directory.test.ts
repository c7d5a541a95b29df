import { describe, expect, test } from 'bun:test';
import { defaultRoot, explicitRoot, showsUserNamespace } from './root-directory.ts';

const root = (environment: Record<string, string>, effectiveUid: number, inUserNamespace: boolean) =>
  defaultRoot({ environment, effectiveUid, inUserNamespace: () => inUserNamespace }).path;

describe('defaultRoot', () => {
  test.each<[string, Record<string, string>, number, boolean, string]>([
    ['root', {}, 0, false, '/run/ocirun'],
    ['root with a session', { XDG_RUNTIME_DIR: '/run/user/0', USER: 'root' }, 0, false, '/run/ocirun'],
    ['a user', { XDG_RUNTIME_DIR: '/run/user/1000' }, 1000, false, '/run/user/1000/ocirun'],
    ['a user without a session', {}, 1000, false, '/run/ocirun'],
    ['a user with an empty variable', { XDG_RUNTIME_DIR: '' }, 1000, false, '/run/ocirun'],
    ['root of a user namespace', { XDG_RUNTIME_DIR: '/r', USER: 'bob' }, 0, true, '/r/ocirun'],
    ['root of a user namespace without USER', { XDG_RUNTIME_DIR: '/r' }, 0, true, '/r/ocirun'],
    ['root logged in to a user namespace', { XDG_RUNTIME_DIR: '/r', USER: 'root' }, 0, true, '/run/ocirun'],
    ['a path with dots', { XDG_RUNTIME_DIR: '/r/./x/' }, 1000, false, '/r/x/ocirun'],
  ])('%s', (_, environment, uid, inUserNamespace, path) => {
    expect(root(environment, uid, inUserNamespace)).toBe(path);
  });

  test('/proc is not asked where the answer does not matter', () => {
    const inUserNamespace = () => {
      throw new Error('asked');
    };
    expect(defaultRoot({ environment: {}, effectiveUid: 0, inUserNamespace }).origin).toBe('system');
  });
});

describe('explicitRoot', () => {
  const cwd = () => '/somewhere';

  test.each([
    ['/run/x', '/run/x'],
    ['/run/x/', '/run/x'],
    ['x', '/somewhere/x'],
    ['', '/somewhere'],
  ])('%j is %s', (value, path) => {
    expect(explicitRoot(value, cwd)).toEqual({ path, origin: 'option' });
  });

  test.each(['/', '//', '/run/..', '..'])('%j is refused', (value) => {
    expect(() => explicitRoot(value, cwd)).toThrow('Option --root argument should not be set to /');
  });
});

test('showsUserNamespace', () => {
  expect(showsUserNamespace('         0          0 4294967295\n')).toBe(false);
  expect(showsUserNamespace('         0       1000          1\n')).toBe(true);
  expect(showsUserNamespace('0 1000 1\n1 100000 65536\n')).toBe(true);
});
