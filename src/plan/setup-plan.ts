import type { Process } from '../../config-schema/index.ts';
import { bytes, cstring, cstrings } from '../../native-bindings/executor/call.ts';
import { CLONE_NEWCGROUP } from '../../native-bindings/kernel/clone.ts';
import { O_CLOEXEC } from '../../native-bindings/kernel/open.ts';
import { PR_SET_DUMPABLE } from '../../native-bindings/kernel/prctl.ts';
import { type Step, StepList } from './builder.ts';
import type { Descriptors } from './descriptors.ts';
import { planDefaultDevices } from './devices/default-devices.ts';
import { planHostName } from './host-name.ts';
import type { PlanInput } from './input.ts';
import { planLoopback } from './loopback.ts';
import { planMounts, planReadOnlyMounts } from './mounts/mounts.ts';
import { hasNewNamespace } from './namespaces.ts';
import { identity, planCredentials } from './process/credentials.ts';
import { executableCandidates, planCheckProgram, planSearchPath } from './process/executable.ts';
import { planRlimits } from './process/rlimits.ts';
import {
  planCheckWorkingDirectory,
  planEnterWorkingDirectory,
  planMakeWorkingDirectory,
} from './process/working-directory.ts';
import { planMaskedPaths } from './root/masked-paths.ts';
import { planPivotRoot } from './root/pivot-root.ts';
import { planRoot } from './root/prepare-root.ts';
import { planReadOnlyPaths } from './root/read-only-paths.ts';
import { planReadOnlyRoot } from './root/read-only-root.ts';

const KEYCTL_JOIN_SESSION_KEYRING = 1;

/**
 * Without privilege, hooks in the container can join init's namespaces only while init is dumpable: setns(2) by pidfd asks
 * for ptrace access, and init's memory belongs to the host's user namespace until execve. Nobody else is in the
 * namespaces of a container that is only created, and on the host only the same user could look at init.
 */
function staysDumpable({ config, facts }: PlanInput): boolean {
  const hooks = [config.hooks?.createContainer, config.hooks?.startContainer];
  return facts.euid !== 0 && hooks.some((list) => list !== undefined && list.length > 0);
}

/** What init does up to the hooks: everything that the container's file system is made of. */
export function planFileSystem(input: PlanInput): Step[] {
  const steps = new StepList();
  const { config } = input;
  if (hasNewNamespace(config, 'user')) {
    steps.about('linux.uidMappings', 'become root of the user namespace', () => {
      steps.call('setresgid', [0, 0, 0]);
      steps.call('setresuid', [0, 0, 0]);
      steps.call('prctl', [PR_SET_DUMPABLE, staysDumpable(input) ? 1 : 0, 0, 0, 0]);
    });
  }
  steps.about('', 'prepare init', () => {
    steps.call('setsid', []);
  });
  if (input.keyring !== undefined) {
    const name = input.keyring;
    steps.about('', 'join a session keyring (--no-new-keyring leaves this out)', () => {
      steps.call('keyctl', [KEYCTL_JOIN_SESSION_KEYRING, cstring(name), 0, 0, 0], ['ENOSYS']);
    });
  }
  if (hasNewNamespace(config, 'cgroup')) {
    steps.about('linux.namespaces', 'make a cgroup namespace', () => steps.call('unshare', [CLONE_NEWCGROUP]));
  }
  planLoopback(steps, input);
  if (hasNewNamespace(config, 'mount')) planRoot(steps, input);
  const fresh = planMounts(steps, input);
  planDefaultDevices(steps, input, fresh);
  return steps.steps;
}

/** What init does after the hooks: seals the file system and enters it. */
export function planEnterRoot(input: PlanInput): Step[] {
  const steps = new StepList();
  planReadOnlyMounts(steps, input);
  planReadOnlyPaths(steps, input);
  planMaskedPaths(steps, input);
  planPivotRoot(steps, input);
  planHostName(steps, input);
  return steps.steps;
}

/** The last part before init waits, and how the place where it ends is to be read. */
export interface ProcessPlan {
  readonly steps: readonly Step[];
  /** args[0] as it was looked for. */
  readonly name: string;
  /** Where args[0] is a name: the program that each of these steps stands for. */
  readonly found: ReadonlyMap<number, string>;
  /** Where args[0] is a path: the step that says that it is a directory. */
  readonly directory: number;
}

/**
 * Turns init into the container's process, up to the program that it will run.
 * @param process of config.json, present and with at least one argument (the schema sees to it)
 * @param options.canSetGroups false where the user namespace denies setgroups(2)
 * @param options.ownStdio the descriptors among 0, 1, 2 that change their owner to the container's user
 */
export function planProcess(
  input: PlanInput,
  process: Process,
  options: { canSetGroups: boolean; ownStdio: readonly number[] },
): ProcessPlan {
  const steps = new StepList();
  const { uid, umask } = identity(process);
  const isUserNew = hasNewNamespace(input.config, 'user');
  const [name = ''] = process.args ?? [];
  planMakeWorkingDirectory(steps, process.cwd);
  planReadOnlyRoot(steps, input);
  planRlimits(steps, process, 'early');
  steps.about('process.user.umask', 'set the umask', () => {
    steps.call('umask', [umask]);
  });
  for (const fd of options.ownStdio) {
    steps.about('process.user.uid', `give descriptor ${fd} to user ${uid}`, () => {
      // -1 leaves the group alone. A terminal of another namespace or a read-only file stays as it is.
      steps.call('fchown', [fd, uid, -1], 'any');
    });
  }
  planCredentials(steps, process, {
    lastCapability: input.facts.lastCapability,
    canSetGroups: options.canSetGroups,
    isBounded: !isUserNew,
  });
  if (staysDumpable(input)) {
    // The change of user has cleared it (prctl(2), PR_SET_DUMPABLE).
    steps.about('hooks', 'let hooks join', () => steps.call('prctl', [PR_SET_DUMPABLE, 1, 0, 0, 0]));
  }
  if (uid !== 0) planEnterWorkingDirectory(steps, process.cwd);
  planCheckWorkingDirectory(steps);
  const isPath = name.includes('/');
  const found = isPath
    ? new Map<number, string>()
    : planSearchPath(steps, executableCandidates(name, process.env ?? []));
  const directory = isPath ? planCheckProgram(steps, name) : -1;
  return { steps: steps.steps, name, found, directory };
}

/** A byte that init sends right before execve: an end of the connection before it means that init died. */
export const EXEC_MARK = new Uint8Array([0x78]);

/** What init becomes. */
export interface Execution {
  readonly process: Process;
  /** The path to execute. */
  readonly program: string;
  readonly env: readonly string[];
}

/**
 * The last plan of `create`: init waits for `start`, which connects to the listening socket, and becomes the program. The
 * reply goes to that connection: a failed execve is an error of `start`.
 */
export function planWaitAndExec({ fds }: PlanInput, execution: Execution): Step[] {
  const steps = new StepList();
  steps.about('', 'wait for start', () => {
    const connection = steps.call('accept4', [fds.startListener, 0, 0, O_CLOEXEC]);
    steps.call('dup3', [connection, fds.channel, O_CLOEXEC]);
  });
  planExec(steps, fds, execution);
  return steps.steps;
}

/** The last plan of `run`: init becomes the program at once, and the reply of a failed execve goes to the channel. */
export function planExecNow({ fds }: PlanInput, execution: Execution): Step[] {
  const steps = new StepList();
  planExec(steps, fds, execution);
  return steps.steps;
}

/** When execve succeeds, the connection closes by itself: it is close-on-exec, and the last one. */
function planExec(steps: StepList, fds: Descriptors, { process, program, env }: Execution): void {
  planRlimits(steps, process, 'late');
  steps.about('process.args', `execute ${program}`, () => {
    steps.call('close_range', [fds.channel + 1, 0xffff_ffff, 0]);
    steps.call('write', [fds.channel, bytes(EXEC_MARK), EXEC_MARK.length]);
    steps.call('execve', [cstring(program), cstrings(process.args), cstrings(env)]);
  });
}
