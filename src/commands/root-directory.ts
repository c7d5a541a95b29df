import { absolutePath } from './absolute-path.ts';

/** Where the state directories of the containers lie. */
export interface RootDirectory {
  readonly path: string;
  /** `--root`: the user means this directory; `runtime-dir`: below $XDG_RUNTIME_DIR; `system`: /run/ocirun. */
  readonly origin: 'option' | 'runtime-dir' | 'system';
}

/** What the default depends on. */
export interface RootFacts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly effectiveUid: number;
  /** Asked only when it matters, since the answer must be read from /proc. */
  readonly inUserNamespace: () => boolean;
}

const NAME = 'ocirun';

/**
 * The default root: `$XDG_RUNTIME_DIR/ocirun` for users, and for the root of a user namespace that is not a login of
 * root; else `/run/ocirun`. It depends on nothing but the caller, because engines call some commands with `--root` and
 * all global flags, and others without any.
 */
export function defaultRoot(facts: RootFacts): RootDirectory {
  const runtimeDir = facts.environment.XDG_RUNTIME_DIR;
  if (runtimeDir && rootless(facts)) return { path: absolutePath(NAME, runtimeDir), origin: 'runtime-dir' };
  return { path: `/run/${NAME}`, origin: 'system' };
}

function rootless(facts: RootFacts): boolean {
  if (facts.effectiveUid !== 0) return true;
  return facts.inUserNamespace() && facts.environment.USER !== 'root';
}

/** The root that `--root` names. @throws when it is `/`, which would make every directory of the host a container */
export function explicitRoot(value: string, cwd: () => string): RootDirectory {
  const path = absolutePath(value, value.startsWith('/') ? '/' : cwd());
  if (path === '/') throw new Error('Option --root argument should not be set to /');
  return { path, origin: 'option' };
}

/** True when /proc/self/uid_map shows another mapping than that of the initial user namespace. */
export function showsUserNamespace(uidMap: string): boolean {
  return uidMap.trim().split(/\s+/).join(' ') !== '0 0 4294967295';
}
