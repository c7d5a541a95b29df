import type { Process, RunnableConfig } from '../../config-schema/index.ts';
import { Executor } from '../../native-bindings/executor/channel.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { isOpen, openFile, statusAt } from '../../native-bindings/files.ts';
import { O_DIRECTORY, O_PATH } from '../../native-bindings/kernel/open.ts';
import { openPidfd, reapPidfd, signalPidfd } from '../../native-bindings/process.ts';
import { listenIn, unixSocket } from '../../native-bindings/unix-socket.ts';
import { planClone } from '../plan/clone-plan.ts';
import type { HostFacts } from '../plan/facts.ts';
import type { PlanInput } from '../plan/input.ts';
import { hasNewNamespace } from '../plan/namespaces.ts';
import { identity } from '../plan/process/credentials.ts';
import {
  type Execution,
  planEnterRoot,
  planExecNow,
  planFileSystem,
  planProcess,
  planWaitAndExec,
} from '../plan/setup-plan.ts';
import type { Cleanup } from './cleanup.ts';
import { checkExec } from './exec-result.ts';
import { processEnvironment } from './home-directory.ts';
import { isInherited } from './inherited-fd.ts';
import { InitConversation } from './init-conversation.ts';
import { processStatus } from './init-process.ts';
import { writeProcfs } from './procfs.ts';
import { programOf } from './program-lookup.ts';
import { RuntimeError } from './runtime-error.ts';
import { START_SOCKET, type StateDirectory } from './state-directory.ts';
import { mustDenySetGroups, writeUserMappings } from './user-mappings.ts';

const SIGKILL = 9;

/** Init, once it exists. */
export interface Init {
  readonly pid: number;
  readonly pidfd: Fd;
  readonly startTime: string;
  /** False where its user namespace denies setgroups(2). */
  readonly canSetGroups: boolean;
}

/** What happens between the parts of the set-up, on the runtime's side. */
export interface LaunchSteps {
  /** When all mounts are there and the root is not entered yet: prestart, createRuntime and createContainer hooks. */
  readonly beforeRoot: ((init: Init) => void) | undefined;
  /** While init is busy with its last part: what can be done beside it. */
  readonly meanwhile: () => void;
  /** When init is ready to wait: state.json. A failure here ends the container. */
  readonly ready: (init: Init) => void;
}

/** Init at the end of its set-up, and the channel to it. */
export class Launched implements Disposable {
  readonly init: Init;
  private readonly conversation: InitConversation;
  private readonly input: PlanInput;
  private readonly execution: Execution;

  constructor(conversation: InitConversation, input: PlanInput, init: Init, execution: Execution) {
    this.conversation = conversation;
    this.input = input;
    this.init = init;
    this.execution = execution;
  }

  /** Leaves init waiting for `start`. @throws {RuntimeError} */
  park(): void {
    this.conversation.send(planWaitAndExec(this.input, this.execution), 'wait');
  }

  /** Lets init become its program and returns when it has. @throws {RuntimeError} */
  exec(): void {
    this.conversation.send(planExecNow(this.input, this.execution), 'execute');
    checkExec(this.conversation.executor.channel, this.execution.program);
  }

  [Symbol.dispose](): void {
    this.conversation.executor[Symbol.dispose]();
  }
}

/**
 * Makes a container's init and leads it through the plan up to the program that it will run.
 * @param cleanup gets what has to be undone if something fails later
 * @throws {RuntimeError}
 */
export function launch(
  input: PlanInput & { readonly config: RunnableConfig },
  directory: StateDirectory,
  cgroup: Fd | undefined,
  steps: LaunchSteps,
  cleanup: Cleanup,
): Launched {
  const { config, fds, facts } = input;
  using listener = unixSocket();
  listenIn(listener, directory.fd.number, START_SOCKET, 1);
  using rootfs = openRootfs(input.rootfs);
  const executor = Executor.spawn(descriptorsAtSpawn(input, listener, rootfs, cgroup));
  cleanup.defer(() => executor[Symbol.dispose]());
  const conversation = new InitConversation(executor, fds.channel);
  const layout = { rootfs: fds.atSpawn + 1, ...(cgroup ? { cgroup: fds.atSpawn + 2 } : {}) };
  const clone = planClone(input, layout);
  conversation.send(clone, 'clone');

  // Everything that can be known without init is done while the kernel makes its namespaces.
  const canSetGroups = !mustDenySetGroups(config, facts);
  const process = planProcess(input, config.process, { canSetGroups, ownStdio: stdioToOwn(config) });
  const fileSystem = planFileSystem(input);
  const enterRoot = planEnterRoot(input);
  const { beforeRoot } = steps;
  const last = [...(beforeRoot ? [] : fileSystem), ...enterRoot, ...process.steps];
  const lastEncoded = conversation.encode(last);

  const pid = conversation.receiveClone(clone);
  const init = { ...watchInit(pid, cleanup), canSetGroups };
  settleUser(pid, config, facts);
  if (beforeRoot) {
    conversation.run(fileSystem, 'file system');
    beforeRoot(init);
  }
  conversation.sendEncoded(lastEncoded, 'enter root');
  steps.meanwhile();
  const env = processEnvironment(config.process.env ?? [], identity(config.process).uid, input);
  const reply = conversation.receive('enter root');
  const program = programOf(conversation, last, last.length - process.steps.length, process, reply);
  steps.ready(init);
  return new Launched(conversation, input, init, { process: config.process, program, env });
}

/** The directory of the root file system. @throws {RuntimeError} */
function openRootfs(path: string): Fd {
  try {
    return openFile(path, O_PATH | O_DIRECTORY);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError('INVALID_CONFIG', `root.path: cannot use the root file system: ${reason}`, {
      configPath: 'root.path',
      cause: error,
    });
  }
}

/** What the executor is spawned with, in the places that `planClone` expects. @throws {RuntimeError} */
function descriptorsAtSpawn({ fds }: PlanInput, listener: Fd, rootfs: Fd, cgroup: Fd | undefined): Map<number, number> {
  const result = new Map([
    [fds.atSpawn, listener.number],
    [fds.atSpawn + 1, rootfs.number],
  ]);
  if (cgroup) result.set(fds.atSpawn + 2, cgroup.number);
  for (let index = 0; index < fds.preserved; index++) {
    if (!isInherited(3 + index)) {
      const total = `of ${fds.preserved}`;
      throw new RuntimeError(
        'INVALID_ARGUMENT',
        `unable to stat preserved-fd ${index} (${total}): bad file descriptor`,
      );
    }
    result.set(fds.atSpawn + 3 + index, 3 + index);
  }
  return result;
}

function watchInit(pid: number, cleanup: Cleanup): Omit<Init, 'canSetGroups'> {
  const pidfd = openPidfd(pid);
  if (!pidfd) throw new RuntimeError('KERNEL', 'container init died before it could be watched');
  cleanup.defer(() => {
    signalPidfd(pidfd.number, SIGKILL);
    reapPidfd(pidfd.number, { hang: true });
    pidfd.close();
  });
  return { pid, pidfd, startTime: processStatus(pid)?.startTime ?? '' };
}

/** Settles what the kernel lets only the outside decide. @throws {RuntimeError} */
function settleUser(pid: number, config: RunnableConfig, facts: HostFacts): void {
  const { oomScoreAdj, user } = config.process;
  // While the process is dumpable: afterwards its files in /proc belong to the host's root.
  if (oomScoreAdj !== undefined) {
    try {
      writeProcfs(`${pid}/oom_score_adj`, String(oomScoreAdj));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new RuntimeError('KERNEL', `process.oomScoreAdj: cannot set ${oomScoreAdj}: ${reason}`, {
        configPath: 'process.oomScoreAdj',
        cause: error,
      });
    }
  }
  if (!hasNewNamespace(config, 'user')) return;
  if (mustDenySetGroups(config, facts) && (user?.additionalGids ?? []).length > 0) {
    throw new RuntimeError(
      'INVALID_CONFIG',
      'process.user.additionalGids: without privilege and with a single gid mapping, groups cannot be set',
      { configPath: 'process.user.additionalGids' },
    );
  }
  writeUserMappings(pid, config, facts);
}

/**
 * Standard descriptors whose owner becomes the container's user, so that it can open /dev/stdout again. Not /dev/null: that
 * is the host's.
 */
function stdioToOwn({ process, ...config }: RunnableConfig): number[] {
  const isRoot = identity(process as Process).uid === 0 && !hasNewNamespace({ ...config, process }, 'user');
  if (isRoot) return [];
  return [0, 1, 2].filter((fd) => {
    if (!isOpen(fd)) return false;
    const { rdevMajor, rdevMinor } = statusAt(fd);
    return !(rdevMajor === 1 && rdevMinor === 3);
  });
}
