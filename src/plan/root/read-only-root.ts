import { MOUNT_ATTR_RDONLY } from '../../../native-bindings/kernel/mount.ts';
import type { StepList } from '../builder.ts';
import type { PlanInput } from '../input.ts';
import { setMountAttributes } from '../mounts/attach.ts';

/** `root.readonly`: the last change to the root file system, when all mount points and devices exist. */
export function planReadOnlyRoot(steps: StepList, { config, fds }: PlanInput): void {
  if (!config.root?.readonly) return;
  steps.about('root.readonly', 'make the root file system read-only', () => {
    setMountAttributes(steps, fds.root, { set: MOUNT_ATTR_RDONLY });
  });
}
