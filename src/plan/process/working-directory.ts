import { cstring, load, slot } from '../../../native-bindings/executor/call.ts';
import { AT_FDCWD } from '../../../native-bindings/kernel/open.ts';
import type { StepList } from '../builder.ts';
import { components } from '../container-path.ts';

const MODE = 0o755;
const SLOT_BYTES = 4096;
const SLASH = '/'.charCodeAt(0);

/**
 * Enters the working directory as root, and creates it where it is missing. After pivot_root: no path leads out any more.
 * A directory that only the container's user may enter is left for later.
 */
export function planMakeWorkingDirectory(steps: StepList, cwd: string): void {
  steps.about('process.cwd', `enter ${cwd}`, () => {
    const enter = [cstring(cwd)];
    const parts = components(cwd);
    steps.callAndThen(
      'chdir',
      enter,
      ['ENOENT', 'EACCES'],
      () => undefined,
      () => {
        for (let index = 1; index <= parts.length; index++) {
          const path = cstring(`/${parts.slice(0, index).join('/')}`);
          steps.call('mkdirat', [AT_FDCWD, path, MODE], ['EEXIST', 'EACCES']);
        }
        steps.call('chdir', enter, ['EACCES']);
      },
    );
  });
}

/** Enters the working directory as the container's user. */
export function planEnterWorkingDirectory(steps: StepList, cwd: string): void {
  steps.about('process.cwd', `enter ${cwd} as the container's user`, () => {
    steps.call('chdir', [cstring(cwd)]);
  });
}

/**
 * Fails unless the working directory lies inside the container: a cwd of /proc/self/fd/N, or a link to it, would
 * otherwise be a door to the host (CVE-2024-21626). getcwd(2) of a directory outside the root starts with `(`.
 */
export function planCheckWorkingDirectory(steps: StepList): void {
  steps.about('process.cwd', 'verify that the working directory lies inside the container', () => {
    const path = slot(SLOT_BYTES);
    steps.call('getcwd', [path, SLOT_BYTES]);
    steps.call('check', [load(path, 0, 4), 0xff, SLASH]);
  });
}
