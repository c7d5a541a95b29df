import type { Process } from '../../config-schema/index.ts';
import { cstring, cstrings, struct } from '../../native-bindings/executor/call.ts';
import { FIRST_CHANNEL } from '../../native-bindings/executor/wire.ts';
import { CLONE_NEWUSER, CLONE_PARENT } from '../../native-bindings/kernel/clone.ts';
import { PR_SET_DUMPABLE } from '../../native-bindings/kernel/prctl.ts';
import { clone_args } from '../../native-bindings/struct/structs.ts';
import { type Step, StepList } from './builder.ts';
import { planCredentials } from './process/credentials.ts';

const CLOSE_RANGE_CLOEXEC = 4;
const ALL = 0xffff_ffff;
/** Where the executor finds the pidfd of init. */
export const INIT_PIDFD = FIRST_CHANNEL + 1;

/** The container that a program runs in. */
export interface JoinedContainer {
  /** CLONE_NEW* flags of the namespaces to join. */
  readonly namespaces: number;
  /** The identity to take on: that of the container's process; absent for the container's root. */
  readonly process?: Process;
  readonly lastCapability: number;
  readonly canSetGroups: boolean;
}

/** What an executor does to become a program. */
export interface ProgramPlan {
  readonly steps: readonly Step[];
  /** The index of the clone3 that makes the program's process; absent when the executor itself becomes it. */
  readonly clone?: number;
}

/** A program to run: the part of a hook that says what to execute. */
export interface Program {
  readonly path: string;
  readonly args?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
}

/**
 * The plan that runs a program: in a session of its own, so that a timeout can kill all of it; with exactly the environment
 * that is listed (CVE-2025-23266); with no descriptor but 0, 1 and 2.
 * @param configPath where it stands in config.json
 * @param cwd where it starts
 * @param container for programs that run in a container's namespaces
 */
export function planProgram(
  program: Program,
  configPath: string,
  cwd: string,
  container?: JoinedContainer,
): ProgramPlan {
  const steps = new StepList();
  let clone: number | undefined;
  steps.about(configPath, `run ${program.path}`, () => {
    if (container) {
      steps.call('prctl', [PR_SET_DUMPABLE, 0, 0, 0, 0]);
      if (container.namespaces !== 0) steps.call('setns', [INIT_PIDFD, container.namespaces]);
      if ((container.namespaces & CLONE_NEWUSER) !== 0) {
        steps.call('setresgid', [0, 0, 0]);
        steps.call('setresuid', [0, 0, 0]);
      }
      // A pid namespace is entered by the children only.
      clone = steps.steps.length;
      steps.call('clone3', [struct(clone_args, { flags: CLONE_PARENT }), clone_args.size]);
    }
    steps.call('setsid', []);
    steps.call('close_range', [FIRST_CHANNEL + 1, ALL, 0]);
    steps.call('close_range', [FIRST_CHANNEL, FIRST_CHANNEL, CLOSE_RANGE_CLOEXEC]);
    steps.call('chdir', [cstring(cwd)]);
    if (container?.process) {
      planCredentials(steps, container.process, {
        lastCapability: container.lastCapability,
        canSetGroups: container.canSetGroups,
      });
    }
    const argv = program.args && program.args.length > 0 ? program.args : [program.path];
    steps.call('execve', [cstring(program.path), cstrings(argv), cstrings(program.env ?? [])]);
  });
  return clone === undefined ? { steps: steps.steps } : { steps: steps.steps, clone };
}
