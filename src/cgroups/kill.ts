import { isErrno } from '../../native-bindings/system-error.ts';
import { CgroupError } from './cgroup-error.ts';
import { isGone, readCgroupFile, writeCgroupFile } from './directory.ts';

/**
 * Sends SIGKILL to every process of a cgroup and of all below it, in one step that no fork can outrun
 * (cgroup-v2.rst, "cgroup.kill"). Frozen processes die, too. The processes are not dead yet when it returns.
 * @param cgroupFd from `openCgroup` or `createCgroup`
 * @returns false when the cgroup is gone
 * @throws {CgroupError} where the kernel cannot do it, {SystemError}
 */
export function killCgroup(cgroupFd: number): boolean {
  try {
    writeCgroupFile(cgroupFd, 'cgroup.kill', '1');
    return true;
  } catch (error) {
    if (isErrno(error, 'EOPNOTSUPP')) {
      throw new CgroupError('cannot kill by cgroup: it is threaded, and its processes belong to the cgroup above', {
        cause: error,
      });
    }
    if (!isGone(error)) throw error;
    if (!exists(cgroupFd)) return false;
    throw new CgroupError('the cgroup has no cgroup.kill file: Linux 5.14 or newer is needed', { cause: error });
  }
}

function exists(cgroupFd: number): boolean {
  try {
    readCgroupFile(cgroupFd, 'cgroup.procs');
    return true;
  } catch (error) {
    return !isGone(error);
  }
}
