import type { RunnableConfig } from '../../config-schema/index.ts';
import { SPECIFICATION_VERSION } from '../../config-schema/specification-version.ts';
import { CLONE_NEWCGROUP } from '../../native-bindings/kernel/clone.ts';
import { descriptors } from '../plan/descriptors.ts';
import type { PlanInput } from '../plan/input.ts';
import { cloneFlags, hasNewNamespace } from '../plan/namespaces.ts';
import { capabilityWarnings } from '../plan/process/capabilities.ts';
import { checkConfig, readConfigText } from './bundle.ts';
import { Cleanup } from './cleanup.ts';
import { removeCgroup } from './container-cgroup.ts';
import { checkContainerId } from './container-id.ts';
import type { RuntimeContext } from './context.ts';
import { hookState } from './hook-state.ts';
import { runHooks } from './hooks.ts';
import { gatherHostFacts } from './host-facts.ts';
import { type Init, type Launched, launch } from './launch.ts';
import { attachDeviceRules, cgroupWish, makeCgroup, type NewCgroup } from './new-cgroup.ts';
import { writePidFile } from './pid-file.ts';
import { RuntimeError } from './runtime-error.ts';
import { StateDirectory } from './state-directory.ts';
import type { StoredState } from './stored-state.ts';
import { unsupportedProperties } from './unsupported.ts';

export interface CreateOptions {
  readonly id: string;
  /** The bundle's directory, absolute. */
  readonly bundle: string;
  /** Where to write init's pid, absolute. */
  readonly pidFile?: string;
  readonly consoleSocket?: string;
  readonly noPivot?: boolean;
  readonly noNewKeyring?: boolean;
  /** How many descriptors from 3 on the container inherits. */
  readonly preserveFds?: number;
}

/**
 * Creates a container (runtime.md, "Create"): when this returns, everything but the user's program is in place, and
 * init waits for `startContainer`. After a failure nothing is left and the id is free.
 * @throws {RuntimeError}
 */
export async function createContainer(context: RuntimeContext, options: CreateOptions): Promise<void> {
  using creation = create(context, options);
  creation.launched.park();
  if (options.pidFile) writePidFile(options.pidFile, creation.init.pid);
  creation.complete();
}

/** A container up to its program. Unless it is completed, disposing of it undoes everything. */
export class Creation implements Disposable {
  readonly directory: StateDirectory;
  readonly launched: Launched;
  readonly state: StoredState;
  private readonly cleanup: Cleanup;

  constructor(directory: StateDirectory, launched: Launched, state: StoredState, cleanup: Cleanup) {
    this.directory = directory;
    this.launched = launched;
    this.state = state;
    this.cleanup = cleanup;
  }

  get init(): Init {
    return this.launched.init;
  }

  /** The container is there to stay. */
  complete(): void {
    this.cleanup.complete();
    this.directory.unlock();
  }

  [Symbol.dispose](): void {
    this.launched[Symbol.dispose]();
    this.cleanup[Symbol.dispose]();
    this.init.pidfd.close();
    this.directory[Symbol.dispose]();
  }
}

/** Makes a container up to the point where its init waits for the word to go. @throws {RuntimeError} */
export function create(context: RuntimeContext, options: CreateOptions): Creation {
  const config = checkConfig(readConfigText(options.bundle));
  checkContainerId(options.id);
  refuseUnsupported(config, options);
  const wish = cgroupWish(config, process.geteuid?.() ?? 0);

  const directory = StateDirectory.create(context.root, options.id);
  const cleanup = new Cleanup();
  cleanup.defer(() => directory.remove());
  try {
    const input = planInputOf(config, options);
    const cgroup = makeCgroup(context, wish, options.id);
    using _cgroupDirectory = cgroup?.directory;
    if (cgroup) {
      cleanup.defer(() => removeCgroup(cgroup.stored));
      directory.noteCgroup(cgroup.stored);
    }
    warnOfCapabilities(context, config, input);

    let state: StoredState | undefined;
    const launched = launch(
      input,
      directory,
      cgroup?.directory,
      {
        beforeRoot: hasCreateHooks(config) ? (made) => runCreateHooks(config, options, input, made) : undefined,
        meanwhile: () => {
          if (cgroup) attachDeviceRules(cgroup, wish);
        },
        ready: (made) => {
          state = storedState(config, options, input, made, cgroup);
          directory.save(state);
        },
      },
      cleanup,
    );
    // `ready` has run, or `launch` has thrown.
    return new Creation(directory, launched, state as unknown as StoredState, cleanup);
  } catch (error) {
    cleanup[Symbol.dispose]();
    directory[Symbol.dispose]();
    throw error;
  }
}

/** @throws {RuntimeError} that names everything that would otherwise be ignored */
export function refuseUnsupported(config: RunnableConfig, options: CreateOptions): void {
  const problems = unsupportedProperties(config);
  if (problems.length > 0) throw new RuntimeError('UNSUPPORTED', problems.join('; '));
  if (options.consoleSocket) {
    throw new RuntimeError('INVALID_ARGUMENT', 'cannot use console socket if ocirun will not detach or allocate tty');
  }
}

/** What the plan of a container is made from. @throws {SystemError} when the host cannot be looked at */
export function planInputOf(
  config: RunnableConfig,
  options: CreateOptions,
): PlanInput & { readonly config: RunnableConfig } {
  const path = config.root.path ?? '';
  return {
    config,
    bundle: options.bundle,
    rootfs: path.startsWith('/') ? path : `${options.bundle}/${path}`,
    facts: gatherHostFacts(config, options.bundle),
    fds: descriptors(options.preserveFds ?? 0),
    noPivot: options.noPivot ?? false,
    // Names of keyrings are global for a uid: with a guessable one another container could join it.
    ...(options.noNewKeyring ? {} : { keyring: `_ses.${crypto.randomUUID()}` }),
  };
}

function warnOfCapabilities(context: RuntimeContext, config: RunnableConfig, { facts }: PlanInput): void {
  const { capabilities } = config.process;
  if (!capabilities) return;
  for (const warning of capabilityWarnings(capabilities, facts.lastCapability)) context.warn(warning);
}

function storedState(
  config: RunnableConfig,
  options: CreateOptions,
  input: PlanInput,
  init: Init,
  cgroup: NewCgroup | undefined,
): StoredState {
  const hooks = config.hooks ?? {};
  return {
    format: 1,
    id: options.id,
    ociVersion: SPECIFICATION_VERSION,
    pid: init.pid,
    startTime: init.startTime,
    bundle: options.bundle,
    rootfs: input.rootfs,
    created: new Date().toISOString(),
    annotations: config.annotations ?? {},
    ownPidNamespace: hasNewNamespace(config, 'pid'),
    cgroup: cgroup?.stored ?? null,
    namespaces: joinableNamespaces(config),
    hooks: {
      startContainer: hooks.startContainer ?? [],
      poststart: hooks.poststart ?? [],
      poststop: hooks.poststop ?? [],
    },
    process: config.process,
    canSetGroups: init.canSetGroups,
  };
}

function joinableNamespaces(config: RunnableConfig): number {
  return cloneFlags(config) | (hasNewNamespace(config, 'cgroup') ? CLONE_NEWCGROUP : 0);
}

function hasCreateHooks({ hooks }: RunnableConfig): boolean {
  const kinds = [hooks?.prestart, hooks?.createRuntime, hooks?.createContainer];
  return kinds.some((list) => list !== undefined && list.length > 0);
}

function runCreateHooks(config: RunnableConfig, options: CreateOptions, input: PlanInput, init: Init): void {
  const hooks = config.hooks ?? {};
  const state = {
    ociVersion: SPECIFICATION_VERSION,
    id: options.id,
    bundle: options.bundle,
    annotations: config.annotations,
  };
  const outside = hookState({ ...state, pid: init.pid, status: 'creating' });
  runHooks('prestart', hooks.prestart ?? [], outside, { cwd: options.bundle });
  runHooks('createRuntime', hooks.createRuntime ?? [], outside, { cwd: options.bundle });
  const pidInside = hasNewNamespace(config, 'pid') ? 1 : init.pid;
  const inside = hookState({ ...state, pid: pidInside, status: 'creating' });
  runHooks('createContainer', hooks.createContainer ?? [], inside, {
    cwd: input.rootfs,
    container: {
      namespaces: joinableNamespaces(config),
      lastCapability: input.facts.lastCapability,
      canSetGroups: init.canSetGroups,
      initPidfd: init.pidfd.number,
    },
  });
}
