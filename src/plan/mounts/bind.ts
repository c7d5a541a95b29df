import type { Argument, ResultOf } from '../../../native-bindings/executor/call.ts';
import { cstring } from '../../../native-bindings/executor/call.ts';
import { OPEN_TREE_CLOEXEC, OPEN_TREE_CLONE } from '../../../native-bindings/kernel/mount.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_RECURSIVE } from '../../../native-bindings/kernel/open.ts';
import type { StepList } from '../builder.ts';

const CLONE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;

/** A detached copy of the mount at a path of the host; with `recursive` of all mounts below it, too. */
export function cloneMountAtPath(steps: StepList, path: string, recursive: boolean): ResultOf {
  return steps.call('open_tree', [AT_FDCWD, cstring(path), CLONE | (recursive ? AT_RECURSIVE : 0)]);
}

/** A detached copy of the mount that an fd lies on, with the fd's file or directory as its root. */
export function cloneMountAtFd(steps: StepList, fd: Argument, recursive: boolean): ResultOf {
  return steps.call('open_tree', [fd, cstring(''), CLONE | AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0)]);
}
