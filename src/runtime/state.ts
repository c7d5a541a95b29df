import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { StateDirectory } from './state-directory.ts';
import { currentStatus, type Status } from './status.ts';

/** What `state` and `list` tell of a container, in the order in which they print it. */
export interface ContainerState {
  readonly ociVersion: string;
  readonly id: string;
  /** Init's pid as the runtime sees it; 0 when the container has stopped. */
  readonly pid: number;
  readonly status: Status;
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339. */
  readonly created: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owner: string;
}

/**
 * The state of a container (runtime.md, "Query State").
 * @throws {RuntimeError} NOT_FOUND
 */
export function containerState(context: RuntimeContext, id: string): ContainerState {
  checkContainerId(id);
  using directory = StateDirectory.open(context.root, id);
  const state = directory.load();
  const status = currentStatus(directory, state);
  const { ociVersion, bundle, rootfs, created, annotations } = state;
  return {
    ociVersion,
    id,
    pid: status === 'stopped' ? 0 : state.pid,
    status,
    bundle,
    rootfs,
    created,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    owner: '',
  };
}
