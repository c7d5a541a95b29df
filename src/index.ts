/**
 * ocirun as a library: the runtime of the command line, called in-process from Node (20 or newer) or Bun. A container
 * costs no start of a program but its own.
 *
 * Functions take a `RuntimeContext`, which names the directory that holds the state of the containers: containers made here
 * are seen by `ocirun --root DIR list`, and the other way round. Failures are `RuntimeError`s with a `code` for programs,
 * a message of one line for people and, where there is one, the place in config.json.
 *
 * ```ts
 * import { createContainer, deleteContainer, killContainer, type RuntimeContext, startContainer } from 'ocirun';
 *
 * const context: RuntimeContext = { root: '/run/my-service', warn: (message) => console.error(message) };
 * await createContainer(context, { id: 'job-1', bundle: '/srv/bundles/job' });
 * await startContainer(context, 'job-1');
 * await killContainer(context, 'job-1', 15, { all: false });
 * await deleteContainer(context, 'job-1', { force: true });
 * ```
 *
 * Init becomes a child of the calling process, and an engine does not reap children that it did not start: a process
 * that stays should use `runContainer`, which waits for the end and reaps, or let `ocirun run` do it.
 *
 * @module
 */
export {
  type Config,
  type ConfigOptions,
  type Parsed,
  type Path,
  type Problem,
  parseConfig,
  type RunnableConfig,
  showPath,
} from '../config-schema/index.ts';
export type { Step } from './plan/builder.ts';
export type { Phase } from './plan/container-plan.ts';
export { planJson, planText } from './plan/describe/plan-text.ts';
export type { RuntimeContext } from './runtime/context.ts';
export { type CreateOptions, createContainer } from './runtime/create.ts';
export { deleteContainer } from './runtime/delete.ts';
export { killContainer } from './runtime/kill.ts';
export { listContainers } from './runtime/list.ts';
export { planOfBundle } from './runtime/plan.ts';
export { type RunOptions, runContainer } from './runtime/run.ts';
export { type ErrorCode, RuntimeError } from './runtime/runtime-error.ts';
export { startContainer } from './runtime/start.ts';
export { type ContainerState, containerState } from './runtime/state.ts';
export type { Status } from './runtime/status.ts';
