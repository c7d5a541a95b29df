import { cstring } from '../../../native-bindings/executor/call.ts';
import { MNT_DETACH, MOVE_MOUNT_F_EMPTY_PATH } from '../../../native-bindings/kernel/mount.ts';
import { AT_FDCWD } from '../../../native-bindings/kernel/open.ts';
import type { StepList } from '../builder.ts';
import type { PlanInput } from '../input.ts';

/** Makes the root file system `/`, and lets go of the host's. */
export function planPivotRoot(steps: StepList, { noPivot, fds }: PlanInput): void {
  steps.about('root.path', 'enter the root file system', () => {
    steps.call('fchdir', [fds.root]);
    if (noPivot) {
      steps.call('move_mount', [fds.root, cstring(''), AT_FDCWD, cstring('/'), MOVE_MOUNT_F_EMPTY_PATH]);
      steps.call('chroot', [cstring('.')]);
    } else {
      // pivot_root(2): with both arguments ".", the old root is stacked onto the new one, and "." then names it.
      steps.call('pivot_root', [cstring('.'), cstring('.')]);
      steps.call('umount2', [cstring('.'), MNT_DETACH]);
    }
  });
}
