import type { Hook, HookKind } from '../../config-schema/index.ts';
import { type JoinedContainer, planProgram } from '../plan/program-plan.ts';
import { runProgram } from './run-program.ts';
import { RuntimeError } from './runtime-error.ts';

/** Where the hooks of one kind run. */
export interface HookPlace {
  readonly cwd: string;
  /** For hooks in the container's namespaces: what to join, by init's pidfd. */
  readonly container?: JoinedContainer & { readonly initPidfd: number };
}

/**
 * Runs the hooks of one kind in their order, each with the state of the container on its standard input.
 * @param state JSON as runtime.md, "State" has it
 * @throws {RuntimeError} at the first one that fails, with its number, how it ended and the end of its output
 */
export function runHooks(kind: HookKind, hooks: readonly Hook[], state: string, place: HookPlace): void {
  for (const [index, hook] of hooks.entries()) runHook(kind, index, hook, state, place);
}

/** Runs one hook. @throws {RuntimeError} */
export function runHook(kind: HookKind, index: number, hook: Hook, state: string, place: HookPlace): void {
  const configPath = `hooks.${kind}[${index}]`;
  const result = runProgram({
    plan: planProgram(hook, configPath, place.cwd, place.container),
    input: state,
    ...(place.container ? { initPidfd: place.container.initPidfd } : {}),
    ...(hook.timeout === undefined ? {} : { timeoutMs: hook.timeout * 1000 }),
  });
  if (result.problem === undefined) return;
  const output = (['stdout', 'stderr'] as const).map((stream) =>
    result[stream] ? `, ${stream}: ${result[stream]}` : '',
  );
  const message = `error running ${kind} hook #${index}: ${result.problem}${output.join('')} (${configPath}: ${hook.path})`;
  throw new RuntimeError('KERNEL', message, { configPath });
}
