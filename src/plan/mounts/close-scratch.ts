import type { StepList } from '../builder.ts';
import type { Descriptors } from '../descriptors.ts';

const ALL = 0xffff_ffff;

/**
 * Closes what a group of calls has opened: one call instead of one for each descriptor, and no limit on how many
 * groups a plan has (config.json may list thousands of mounts).
 */
export function closeScratch(steps: StepList, fds: Descriptors): void {
  steps.call('close_range', [fds.scratch, ALL, 0]);
}
