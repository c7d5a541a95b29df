import type { Process } from '../../../config-schema/index.ts';
import { bytes } from '../../../native-bindings/executor/call.ts';
import { PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS } from '../../../native-bindings/kernel/prctl.ts';
import type { StepList } from '../builder.ts';
import { planBoundingSet, planCapabilities } from './capabilities.ts';

/** What runc, crun and youki use where config.json says nothing. */
const DEFAULT_UMASK = 0o022;

/** The user of a process with the defaults of Go's zero values: engines leave out what is 0. */
export function identity({ user }: Process): { uid: number; gid: number; umask: number; additionalGids: number[] } {
  return {
    uid: user?.uid ?? 0,
    gid: user?.gid ?? 0,
    umask: user?.umask ?? DEFAULT_UMASK,
    additionalGids: user?.additionalGids ?? [],
  };
}

/**
 * Takes on the user, the groups and the capabilities of a process, in the order that leaves no window: the bounding
 * set while CAP_SETPCAP is there, groups before the user, capabilities last.
 * @param options.isBounded whether the bounding set was reduced before
 * @param options.canSetGroups false where the user namespace denies setgroups(2)
 */
export function planCredentials(
  steps: StepList,
  process: Process,
  options: { lastCapability: number; canSetGroups: boolean; isBounded?: boolean },
): void {
  const { uid, gid, additionalGids: groups } = identity(process);
  const capabilities = process.capabilities ?? undefined;
  if (process.noNewPrivileges) {
    steps.about('process.noNewPrivileges', 'set no_new_privs', () => {
      steps.call('prctl', [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0]);
    });
  }
  if (!options.isBounded) planBoundingSet(steps, capabilities, options.lastCapability);
  steps.about('process.user', `become user ${uid}, group ${gid}`, () => {
    // capabilities(7): leaving uid 0 clears the permitted set, from which the next call takes.
    if (uid !== 0) steps.call('prctl', [PR_SET_KEEPCAPS, 1, 0, 0, 0]);
    if (options.canSetGroups) {
      // Always set, so that the caller's own groups never reach the container (CVE-2022-36109).
      steps.call('setgroups', [groups.length, bytes(new Uint8Array(new Uint32Array(groups).buffer))]);
    }
    steps.call('setresgid', [gid, gid, gid]);
    steps.call('setresuid', [uid, uid, uid]);
    if (uid !== 0) steps.call('prctl', [PR_SET_KEEPCAPS, 0, 0, 0, 0]);
  });
  planCapabilities(steps, capabilities, options.lastCapability);
}
