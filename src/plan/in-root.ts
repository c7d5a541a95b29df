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

/**
 * Opens a mount point inside the root and creates it where it is missing: directories of mode 0755, and for a source that
 * is not a directory a file of mode 0644. Creation happens at the parent's fd with calls that do not follow a link
 * in the last component (CVE-2024-45310).
 * @param flags of the open: O_DIRECTORY | O_NOFOLLOW for what has to be a real directory
 */
export function openMountPoint(
  steps: StepList,
  root: Argument,
  path: string,
  type: 'directory' | 'file',
  flags = 0,
): ResultOf {
  const parts = components(path);
  const target = `/${parts.join('/')}`;
  steps.callOrElse('openat2', openInRootArguments(root, target), ['ENOENT'], () => {
    let parent: Argument = root;
    for (const [index, name] of parts.entries()) {
      const isLast = index === parts.length - 1;
      if (isLast && type === 'file') steps.call('mknodat', [parent, cstring(name), FILE_MODE, 0], ['EEXIST']);
      else steps.call('mkdirat', [parent, cstring(name), DIRECTORY_MODE], ['EEXIST']);
      if (!isLast) parent = openInRoot(steps, root, `/${parts.slice(0, index + 1).join('/')}`, O_DIRECTORY);
    }
  });
  return openInRoot(steps, root, target, flags);
}
