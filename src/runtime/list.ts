import type { Fd } from '../../native-bindings/fd.ts';
import { openFile, readDirectory, readTextFile, statusAt } from '../../native-bindings/files.ts';
import { O_DIRECTORY, O_RDONLY } from '../../native-bindings/kernel/open.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import type { RuntimeContext } from './context.ts';
import { RuntimeError } from './runtime-error.ts';
import { type ContainerState, containerState } from './state.ts';

const DT_DIR = 4;
const PASSWD_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * The states of all containers below the root, by id.
 * @param options.explicitRoot whether the user named the root: then a missing one is an error
 * @throws {RuntimeError}
 */
export function listContainers(context: RuntimeContext, options: { explicitRoot: boolean }): ContainerState[] {
  using root = openRoot(context.root, options.explicitRoot);
  if (!root) return [];
  const names = readDirectory(root.number)
    .filter(({ type }) => type === DT_DIR)
    .map(({ name }) => name)
    .sort();
  const owners = new Owners();
  return names.flatMap((id) => {
    try {
      const state = containerState(context, id);
      return [{ ...state, owner: owners.nameOf(statusAt(root.number, id).uid) }];
    } catch (error) {
      // A container that is being made or removed at this moment is no reason to fail.
      context.warn(`load container ${id}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
}

function openRoot(path: string, explicit: boolean): Fd | undefined {
  try {
    return openFile(path, O_RDONLY | O_DIRECTORY);
  } catch (error) {
    if (!explicit && isErrno(error, 'ENOENT')) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError('NOT_FOUND', `cannot read the state root: ${reason}`, { cause: error });
  }
}

/** User names by uid, from the host's /etc/passwd, read when the first one is asked for. */
class Owners {
  private names: Map<number, string> | undefined;

  /** The user's name, or `#uid` where it has none. */
  nameOf(uid: number): string {
    this.names ??= readNames();
    return this.names.get(uid) ?? `#${uid}`;
  }
}

function readNames(): Map<number, string> {
  const names = new Map<number, string>();
  try {
    for (const line of readTextFile('/etc/passwd', PASSWD_LIMIT_BYTES).split('\n')) {
      const [name, , uid] = line.split(':');
      if (name && uid && !names.has(Number(uid))) names.set(Number(uid), name);
    }
  } catch {
    // A host without a passwd file has uids all the same.
  }
  return names;
}
