import { type ContainerCgroup, openCgroup } from '../cgroups/directory.ts';
import { readEvents } from '../cgroups/events.ts';
import { killCgroup as killAll } from '../cgroups/kill.ts';
import { removeCgroup as removeDirectories } from '../cgroups/remove.ts';
import { translated } from './translated-cgroup-error.ts';

/** Whether the processes of a cgroup are frozen. A cgroup that is gone is not. */
export function isCgroupFrozen(cgroup: ContainerCgroup): boolean {
  using directory = openCgroup(cgroup);
  return directory !== undefined && readEvents(directory.number).frozen;
}

/** Kills every process in the cgroup and below it, also frozen ones. @throws {RuntimeError} */
export function killCgroup(cgroup: ContainerCgroup): void {
  using directory = openCgroup(cgroup);
  if (directory) translated(() => killAll(directory.number));
}

/** Removes what was made for the container. @throws {RuntimeError} */
export function removeCgroup(cgroup: ContainerCgroup): void {
  translated(() => removeDirectories(cgroup));
}
