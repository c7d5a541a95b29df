import type { Argument } from '../../../native-bindings/executor/call.ts';
import { cstring, load, slot } from '../../../native-bindings/executor/call.ts';
import { AT_EMPTY_PATH, S_IFCHR, S_IFMT } from '../../../native-bindings/kernel/open.ts';
import { statx } from '../../../native-bindings/struct/structs.ts';
import type { StepList } from '../builder.ts';

const STATX_BASIC_STATS = 0x7ff;

/** Fails unless the fd is the character device major:minor. An image may hold anything under a device's name. */
export function checkDevice(
  steps: StepList,
  fd: Argument,
  major: number,
  minor: number,
  fileType: number = S_IFCHR,
): void {
  const status = slot(statx.size);
  steps.call('statx', [fd, cstring(''), AT_EMPTY_PATH, STATX_BASIC_STATS, status]);
  // stx_mode is 16 bits wide and stands in the lower half of an aligned 32-bit word.
  steps.call('check', [load(status, statx.offsets.stx_mode & ~3, 4), S_IFMT, fileType]);
  const all = 0xffff_ffff;
  steps.call('check', [load(status, statx.offsets.stx_rdev_major, 4), all, major]);
  steps.call('check', [load(status, statx.offsets.stx_rdev_minor, 4), all, minor]);
}
