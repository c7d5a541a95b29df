import type { Hook, Process } from '../../config-schema/index.ts';
import type { ContainerCgroup } from '../cgroups/directory.ts';
import { RuntimeError } from './runtime-error.ts';

/** What state.json keeps of a container: all that later commands need when the bundle is gone. */
export interface StoredState {
  /** The version of this shape. */
  readonly format: 1;
  readonly id: string;
  readonly ociVersion: string;
  /** Init's pid as the runtime sees it. */
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: together with the pid it names one process, whatever pids are recycled. */
  readonly startTime: string;
  readonly bundle: string;
  readonly rootfs: string;
  /** RFC 3339. */
  readonly created: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the container has a pid namespace of its own: killing init then kills all of it. */
  readonly ownPidNamespace: boolean;
  readonly cgroup: ContainerCgroup | null;
  /** CLONE_NEW* flags of the namespaces that init does not share with the runtime. */
  readonly namespaces: number;
  readonly hooks: {
    readonly startContainer: readonly Hook[];
    readonly poststart: readonly Hook[];
    readonly poststop: readonly Hook[];
  };
  /** The container's process as config.json had it when the container was created. */
  readonly process: Process;
  /** False where the user namespace denies setgroups(2). */
  readonly canSetGroups: boolean;
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** zod is not used here: `state`, `start`, `kill` and `delete` would pay more for it than for all of their work. */
const FIELDS: Readonly<Record<keyof StoredState, Check>> = {
  format: (value) => value === 1,
  id: isText,
  ociVersion: isText,
  pid: (value) => isCount(value) && (value as number) > 0,
  startTime: (value) => isText(value) && /^\d+$/.test(value as string),
  bundle: isText,
  rootfs: isText,
  created: isText,
  annotations: (value) => isObject(value) && Object.values(value as object).every(isText),
  ownPidNamespace: (value) => typeof value === 'boolean',
  cgroup: (value) => value === null || isCgroup(value),
  namespaces: isCount,
  hooks: (value) =>
    isObject(value) && ['startContainer', 'poststart', 'poststop'].every((kind) => isHooks(value, kind)),
  process: isObject,
  canSetGroups: (value) => typeof value === 'boolean',
};

function isCgroup(value: unknown): boolean {
  const { root, path, inode, created } = (isObject(value) ? value : {}) as Record<string, unknown>;
  return [root, path, inode].every(isText) && Array.isArray(created) && created.every(isCreated);
}

function isCreated(value: unknown): boolean {
  const { path, inode } = (isObject(value) ? value : {}) as Record<string, unknown>;
  return isText(path) && isText(inode);
}

function isHooks(value: unknown, kind: string): boolean {
  const hooks = (value as Record<string, unknown>)[kind];
  return Array.isArray(hooks) && hooks.every((hook) => isObject(hook) && isText((hook as { path?: unknown }).path));
}

/** The cgroup in the text of a note; undefined for what is none. */
export function parseCgroup(text: string): ContainerCgroup | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isCgroup(value) ? (value as ContainerCgroup) : undefined;
  } catch {
    return undefined;
  }
}

/** How an integer beyond 2^53 stands in the file: JSON.parse would round it. RLIM_INFINITY is one. */
interface BigInteger {
  readonly $bigint: string;
}

const BIG = '"$bigint"';

/** The text of a state file. */
export function stateText(state: StoredState): string {
  return JSON.stringify(state, (_, value) =>
    typeof value === 'bigint' ? ({ $bigint: String(value) } satisfies BigInteger) : value,
  );
}

/** Only in limits: an annotation may be called `$bigint` as well. */
function withBigIntegers(key: string, value: unknown): unknown {
  const text =
    (key === 'soft' || key === 'hard') && isObject(value) ? (value as Partial<BigInteger>).$bigint : undefined;
  return typeof text === 'string' && /^-?\d+$/.test(text) ? BigInt(text) : value;
}

/**
 * Reads a state file's text.
 * @throws {RuntimeError} that names what is damaged
 */
export function parseStoredState(text: string, id: string): StoredState {
  let value: unknown;
  try {
    value = text.includes(BIG) ? JSON.parse(text, withBigIntegers) : JSON.parse(text);
  } catch {
    throw damaged(id, 'it is not JSON');
  }
  if (!isObject(value)) throw damaged(id, 'it is not an object');
  const record = value as Record<string, unknown>;
  for (const [field, check] of Object.entries(FIELDS)) {
    if (!check(record[field])) throw damaged(id, `"${field}" is missing or wrong`);
  }
  if (record.id !== id) throw damaged(id, 'it belongs to another container');
  return record as unknown as StoredState;
}

function damaged(id: string, reason: string): RuntimeError {
  return new RuntimeError(
    'WRONG_STATE',
    `the state of container "${id}" is damaged: ${reason}; \`ocirun delete --force ${id}\` removes what is left of it`,
  );
}
