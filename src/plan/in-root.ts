import type { Argument, ResultOf, Struct } from '../../native-bindings/executor/call.ts';
import { cstring, struct } from '../../native-bindings/executor/call.ts';
import {
  O_CLOEXEC,
  O_DIRECTORY,
  O_PATH,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
} from '../../native-bindings/kernel/open.ts';
import { open_how } from '../../native-bindings/struct/structs.ts';
import type { StepList } from './builder.ts';
import { components } from './container-path.ts';

/*
 * Paths inside the root file system are the image's: every symbolic link in them may point anywhere. They are resolved
 * by openat2 with RESOLVE_IN_ROOT, and what is done next is done to the fd (CVE-2019-19921, CVE-2021-30465).
 * RESOLVE_NO_MAGICLINKS because RESOLVE_IN_ROOT alone follows /proc/PID/root and the like.
 */
const IN_ROOT = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;

/** One struct for each set of flags in the process: equal arguments of a plan share their memory. */
const hows = new Map<number, Struct>();

function how(flags: number): Struct {
  let value = hows.get(flags);
  if (!value) {
    value = struct(open_how, { flags: flags | O_CLOEXEC, resolve: IN_ROOT });
    hows.set(flags, value);
  }
  return value;
}

/** The arguments of an openat2 of `path` inside the root, as an O_PATH descriptor. */
export function openInRootArguments(root: Argument, path: string, flags = 0): Argument[] {
  return [root, cstring(path), how(O_PATH | flags), open_how.size];
}

/** Opens a path inside the root, which must exist, as an O_PATH descriptor. */
export function openInRoot(steps: StepList, root: Argument, path: string, flags = 0): ResultOf {
  return steps.call('openat2', openInRootArguments(root, path, flags));
}

const DIRECTORY_MODE = 0o755;
const FILE_MODE = 0o100644;

export interface MountPointOptions {
  readonly type: 'directory' | 'file';
  /** Flags of the open: O_DIRECTORY | O_NOFOLLOW for what has to be a real directory. */
  readonly flags?: number;
}

/**
 * Opens a mount point inside the root for `use`, and creates it where it is missing: directories of mode 0755, and for a
 * source that is not a directory a file of mode 0644. Creation happens at the parent's fd with calls that do not
 * follow a link in the last component (CVE-2024-45310).
 */
export function withMountPoint(
  steps: StepList,
  root: Argument,
  path: string,
  options: MountPointOptions,
  use: (target: ResultOf) => void,
): void {
  const parts = components(path);
  const target = `/${parts.join('/')}`;
  const create = () => {
    createMountPoint(steps, root, parts, options.type);
    use(openInRoot(steps, root, target, options.flags));
  };
  steps.callAndThen('openat2', openInRootArguments(root, target, options.flags), ['ENOENT'], use, create);
}

function createMountPoint(steps: StepList, root: Argument, parts: readonly string[], type: 'directory' | 'file'): void {
  const parent = parts.slice(0, -1);
  const name = cstring(parts.at(-1) ?? '.');
  const directory = (depth: number) => openInRootArguments(root, `/${parent.slice(0, depth).join('/')}`, O_DIRECTORY);
  const makeLast = (fd: Argument) => {
    if (type === 'file') steps.call('mknodat', [fd, name, FILE_MODE, 0], ['EEXIST']);
    else steps.call('mkdirat', [fd, name, DIRECTORY_MODE], ['EEXIST']);
  };
  if (parent.length === 0) {
    makeLast(root);
    return;
  }
  steps.callAndThen('openat2', directory(parent.length), ['ENOENT'], makeLast, () => {
    let above: Argument = root;
    for (const [index, part] of parent.entries()) {
      steps.call('mkdirat', [above, cstring(part), DIRECTORY_MODE], ['EEXIST']);
      above = steps.call('openat2', directory(index + 1));
    }
    makeLast(above);
  });
}
