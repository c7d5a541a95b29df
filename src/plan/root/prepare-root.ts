import { cstring, struct } from '../../../native-bindings/executor/call.ts';
import {
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_PRIVATE,
  MS_SLAVE,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
} from '../../../native-bindings/kernel/mount.ts';
import { AT_FDCWD, AT_RECURSIVE, O_CLOEXEC } from '../../../native-bindings/kernel/open.ts';
import { mount_attr } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';
import type { PlanInput } from '../input.ts';

/**
 * Makes the root file system a mount of its own, with `fds.root` as its root directory. It is reached through the current
 * directory, which was set to it by the host's root before the namespaces were made: in a user namespace its path may
 * not be searchable any more.
 */
export function planRoot(steps: StepList, { config, rootfs, fds }: PlanInput): void {
  steps.about('linux.rootfsPropagation', 'cut the mounts off from the host', () => {
    const isPrivate = config.linux?.rootfsPropagation?.endsWith('private');
    const attributes = struct(mount_attr, { propagation: isPrivate ? MS_PRIVATE : MS_SLAVE });
    steps.call('mount_setattr', [AT_FDCWD, cstring('/'), AT_RECURSIVE, attributes, mount_attr.size]);
  });
  steps.about('root.path', `mount the root file system ${rootfs}`, () => {
    const detached = steps.call('open_tree', [
      AT_FDCWD,
      cstring('.'),
      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE,
    ]);
    steps.call('move_mount', [detached, cstring(''), AT_FDCWD, cstring('.'), MOVE_MOUNT_F_EMPTY_PATH]);
    // EINVAL: that is its number already, the lowest free one.
    steps.call('dup3', [detached, fds.root, O_CLOEXEC], ['EINVAL']);
  });
}
