import { type Argument, cstring, load, slot } from '../../../native-bindings/executor/call.ts';
import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
} from '../../../native-bindings/kernel/mount.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  S_IFDIR,
  S_IFMT,
} from '../../../native-bindings/kernel/open.ts';
import { statx } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';
import { cleanPath } from '../container-path.ts';
import { checkDevice } from '../devices/check-device.ts';
import { openInRootArguments } from '../in-root.ts';
import type { PlanInput } from '../input.ts';
import { attachMount, setMountAttributes } from '../mounts/attach.ts';
import { cloneMountAtFd } from '../mounts/bind.ts';
import { closeScratch } from '../mounts/close-scratch.ts';
import { createFileSystem } from '../mounts/file-system.ts';

const STATX_TYPE = 1;

/**
 * Makes `linux.maskedPaths` unreadable: an empty read-only tmpfs over directories, /dev/null over files. All directories share
 * one tmpfs, since hundreds of superblocks slow a host down. What does not exist in the container is left out.
 *
 * /dev/null is the host's, checked to be the device and not what an image put there (CVE-2025-31133). Both sources
 * are attached to the host's side of the tree, which pivot_root drops afterwards: the kernel (before 6.15)
 * only copies mounts that are attached.
 */
export function planMaskedPaths(steps: StepList, { config, fds }: PlanInput): void {
  const paths = (config.linux?.maskedPaths ?? []).map(cleanPath);
  if (paths.length === 0) return;
  let empty: Argument = 0;
  let device: Argument = 0;
  steps.about('linux.maskedPaths', 'prepare what masked paths are covered with', () => {
    device = steps.call('openat', [AT_FDCWD, cstring('/dev/null'), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0]);
    checkDevice(steps, device, 1, 3);
    empty = createFileSystem(steps, {
      type: 'tmpfs',
      parameters: [],
      attributes: MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
    });
    const host = steps.call('openat', [AT_FDCWD, cstring('/proc'), O_PATH | O_DIRECTORY | O_CLOEXEC, 0]);
    attachMount(steps, empty, host);
  });
  for (const [index, path] of paths.entries()) {
    if (paths.indexOf(path) !== index) continue;
    steps.about(`linux.maskedPaths[${index}]`, `mask ${path}`, () => {
      steps.callOrSkip('openat2', openInRootArguments(fds.root, path), ['ENOENT', 'ENOTDIR'], (target) => {
        const status = slot(statx.size);
        steps.call('statx', [target, cstring(''), AT_EMPTY_PATH, STATX_TYPE, status]);
        const isDirectory = [load(status, statx.offsets.stx_mode & ~3, 4), S_IFMT, S_IFDIR];
        const coverWith = (source: Argument) => attachMount(steps, cloneMountAtFd(steps, source, false), target);
        steps.branch(
          isDirectory,
          () => coverWith(empty),
          () => {
            // Read-only: the container's root must not change the mode of the host's inode.
            const cover = cloneMountAtFd(steps, device, false);
            setMountAttributes(steps, cover, { set: MOUNT_ATTR_RDONLY });
            attachMount(steps, cover, target);
          },
        );
      });
    });
  }
  steps.about('linux.maskedPaths', 'close what masked paths were covered with', () => closeScratch(steps, fds));
}
