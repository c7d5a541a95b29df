import type { Argument } from '../../../native-bindings/executor/call.ts';
import { cstring, struct } from '../../../native-bindings/executor/call.ts';
import { MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH } from '../../../native-bindings/kernel/mount.ts';
import { AT_EMPTY_PATH, AT_RECURSIVE, S_IFREG } from '../../../native-bindings/kernel/open.ts';
import { mount_attr } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

/** Attaches a detached mount to the inode behind an fd: no path is resolved again, so nothing can be swapped in between. */
export function attachMount(steps: StepList, mount: Argument, target: Argument): void {
  const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  steps.call('move_mount', [mount, cstring(''), target, cstring(''), flags]);
}

/** Creates a mount point by name in a directory that only this plan can reach, and attaches a detached mount to it. */
export function attachInside(
  steps: StepList,
  mount: Argument,
  directory: Argument,
  name: string,
  isFile: boolean,
): void {
  if (isFile) steps.call('mknodat', [directory, cstring(name), S_IFREG | 0o644, 0], ['EEXIST']);
  else steps.call('mkdirat', [directory, cstring(name), 0o755], ['EEXIST']);
  steps.call('move_mount', [mount, cstring(''), directory, cstring(name), MOVE_MOUNT_F_EMPTY_PATH]);
}

/** Changes the attributes of a mount, or with `recursive` of the whole tree below it. */
export function setMountAttributes(
  steps: StepList,
  mount: Argument,
  change: { readonly set?: number; readonly clear?: number; readonly propagation?: number },
  recursive = false,
): void {
  const attributes = struct(mount_attr, {
    attr_set: change.set ?? 0,
    attr_clr: change.clear ?? 0,
    propagation: change.propagation ?? 0,
  });
  const flags = AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0);
  steps.call('mount_setattr', [mount, cstring(''), flags, attributes, mount_attr.size]);
}
