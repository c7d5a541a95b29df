import { cstring, load, type Slot, slot } from '../../../native-bindings/executor/call.ts';
import { AT_EACCESS, AT_FDCWD, S_IFDIR, S_IFMT, X_OK } from '../../../native-bindings/kernel/open.ts';
import { statx } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

/** The PATH that execvp(3) of the C libraries assumes where the environment has none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const STATX_BASIC_STATS = 0x7ff;

/** Where the program can be: the path itself when args[0] has a slash, else each directory of the container's PATH. */
export function executableCandidates(name: string, env: readonly string[]): string[] {
  if (name.includes('/')) return [name];
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length) ?? DEFAULT_PATH;
  return path.split(':').map((directory) => `${directory === '' ? '.' : directory}/${name}`);
}

/**
 * Looks through the directories of PATH as the container's user, inside the container. A `check` that cannot succeed
 * ends the plan at the first program that can be executed: which one ended it is the answer.
 * @returns the candidate of each such step, by its index in the list; when none ends the plan, there is no such program
 */
export function planSearchPath(steps: StepList, candidates: readonly string[]): Map<number, string> {
  const found = new Map<number, string>();
  steps.about('process.args[0]', 'search the program in PATH', () => {
    for (const candidate of candidates) {
      const status = slot(statx.size);
      steps.callOrSkip('statx', lookAt(candidate, status), 'any', () => {
        steps.callOrElse('check', isDirectory(status), ['EPERM'], () => {
          steps.callOrSkip('faccessat2', mayExecute(candidate), ['EACCES'], () => {
            found.set(steps.steps.length, candidate);
            steps.call('check', IMPOSSIBLE);
          });
        });
      });
    }
  });
  return found;
}

/**
 * Checks a program that args[0] names by its path: a missing or forbidden one fails with its errno.
 * @returns the index of the step that ends the plan when the path is a directory
 */
export function planCheckProgram(steps: StepList, path: string): number {
  let directory = -1;
  steps.about('process.args[0]', `look at ${path}`, () => {
    const status = slot(statx.size);
    steps.call('statx', lookAt(path, status));
    steps.callOrSkip('check', isDirectory(status), ['EPERM'], () => {
      directory = steps.steps.length;
      steps.call('check', IMPOSSIBLE);
    });
    steps.call('faccessat2', mayExecute(path));
  });
  return directory;
}

const IMPOSSIBLE = [0, 1, 1];
const lookAt = (path: string, status: Slot) => [AT_FDCWD, cstring(path), 0, STATX_BASIC_STATS, status];
const mayExecute = (path: string) => [AT_FDCWD, cstring(path), X_OK, AT_EACCESS];
const isDirectory = (status: Slot) => [load(status, statx.offsets.stx_mode & ~3, 4), S_IFMT, S_IFDIR];
