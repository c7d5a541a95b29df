import { MOUNT_ATTR_RDONLY } from '../../../native-bindings/kernel/mount.ts';
import type { StepList } from '../builder.ts';
import { cleanPath } from '../container-path.ts';
import { openInRootArguments } from '../in-root.ts';
import type { PlanInput } from '../input.ts';
import { attachMount, setMountAttributes } from '../mounts/attach.ts';
import { cloneMountAtFd } from '../mounts/bind.ts';
import { closeScratch } from '../mounts/close-scratch.ts';

/**
 * Makes `linux.readonlyPaths` read-only, with everything mounted below them: a copy of the mount becomes read-only while it
 * is attached nowhere, and covers the very inode that it was copied from. Nothing is resolved twice
 * (youki's GHSA-3q8j-pf29-vwv8). The copy keeps nosuid, nodev and noexec. What does not exist is left out.
 */
export function planReadOnlyPaths(steps: StepList, { config, fds }: PlanInput): void {
  const paths = config.linux?.readonlyPaths ?? [];
  if (paths.length === 0) return;
  for (const [index, path] of paths.entries()) {
    steps.about(`linux.readonlyPaths[${index}]`, `make ${path} read-only`, () => {
      steps.callOrSkip('openat2', openInRootArguments(fds.root, cleanPath(path)), ['ENOENT', 'ENOTDIR'], (target) => {
        const copy = cloneMountAtFd(steps, target, true);
        setMountAttributes(steps, copy, { set: MOUNT_ATTR_RDONLY }, true);
        attachMount(steps, copy, target);
      });
    });
  }
  steps.about('linux.readonlyPaths', 'close what read-only paths were made with', () => closeScratch(steps, fds));
}
