import type { Fd } from '../../native-bindings/fd.ts';
import {
  makeDirectory,
  openAt,
  openFile,
  readDirectory,
  readTextAt,
  removeAt,
  renameAt,
  statusAt,
  writeAll,
} from '../../native-bindings/files.ts';
import { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } from '../../native-bindings/kernel/open.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import { trySyscall } from '../../native-bindings/syscall.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import type { ContainerCgroup } from '../cgroups/directory.ts';
import { RuntimeError } from './runtime-error.ts';
import { parseCgroup, parseStoredState, type StoredState, stateText } from './stored-state.ts';

const STATE_FILE = 'state.json';
const CGROUP_FILE = 'cgroup.json';
/** The socket on which init waits for `start`. It is there as long as the container is only created. */
export const START_SOCKET = 'start.sock';
const ROOT_MODE = 0o700;
const DIRECTORY_MODE = 0o711;
const FILE_MODE = 0o600;
const GROUP_AND_OTHERS_WRITE = 0o022;
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const LOCK_TIMEOUT_MS = 10_000;
const LOCK_PAUSE_MS = 5;
const LIMIT_BYTES = 1024 * 1024;

/** ROOT/ID: what the runtime remembers of one container. Making it is the lock on the id. */
export class StateDirectory implements Disposable {
  readonly id: string;
  readonly fd: Fd;
  private readonly root: string;

  private constructor(root: string, id: string, fd: Fd) {
    this.root = root;
    this.id = id;
    this.fd = fd;
  }

  /** Claims an id; the directory is locked until the container is complete. @throws {RuntimeError} EXISTS when it is taken */
  static create(root: string, id: string): StateDirectory {
    makeRoot(root);
    try {
      makeDirectory(`${root}/${id}`, DIRECTORY_MODE);
    } catch (error) {
      if (isErrno(error, 'EEXIST')) throw new RuntimeError('EXISTS', 'container with given ID already exists');
      throw failure(`cannot create the state directory ${root}/${id}`, error);
    }
    const directory = StateDirectory.open(root, id);
    directory.lock();
    return directory;
  }

  /**
   * Opens the directory of a container that exists.
   * @throws {RuntimeError} NOT_FOUND, or when somebody else could have written into it
   */
  static open(root: string, id: string): StateDirectory {
    let fd: Fd;
    try {
      fd = openFile(`${root}/${id}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw new RuntimeError('NOT_FOUND', 'container does not exist');
      throw failure(`cannot open the state directory ${root}/${id}`, error);
    }
    const { uid, mode } = statusAt(fd.number);
    if (uid !== process.geteuid?.() || (mode & GROUP_AND_OTHERS_WRITE) !== 0) {
      fd.close();
      throw new RuntimeError(
        'WRONG_STATE',
        `the state directory ${root}/${id} is not trusted: it belongs to uid ${uid} with mode 0${(mode & 0o7777).toString(8)}`,
      );
    }
    return new StateDirectory(root, id, fd);
  }

  /**
   * Waits until no other command changes this container. Released by `unlock`, or when the directory is closed.
   * @throws {RuntimeError} when another command holds it for too long
   */
  lock(): void {
    const deadline = performance.now() + LOCK_TIMEOUT_MS;
    while (trySyscall('flock', this.fd.number, LOCK_EX | LOCK_NB) !== 0) {
      if (performance.now() > deadline) {
        const seconds = LOCK_TIMEOUT_MS / 1000;
        throw new RuntimeError('TIMEOUT', `another command has been busy with container "${this.id}" for ${seconds} s`);
      }
      pollReadable([], LOCK_PAUSE_MS);
    }
  }

  /** Lets other commands change this container. */
  unlock(): void {
    trySyscall('flock', this.fd.number, LOCK_UN);
  }

  /** Saves the state: written beside and renamed, so that no reader ever sees half of it. */
  save(state: StoredState): void {
    const temporary = `.${STATE_FILE}`;
    try {
      using file = openAt(this.fd.number, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, FILE_MODE);
      writeAll(file.number, stateText(state));
    } catch (error) {
      throw failure(`cannot write the state file ${this.root}/${this.id}/${STATE_FILE}`, error);
    }
    renameAt(this.fd.number, temporary, STATE_FILE);
  }

  /** Notes the cgroup of a container that has no state yet, for the `delete` that follows when its create is killed. */
  noteCgroup(cgroup: ContainerCgroup): void {
    try {
      using file = openAt(this.fd.number, CGROUP_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, FILE_MODE);
      writeAll(file.number, JSON.stringify(cgroup));
    } catch (error) {
      throw failure(`cannot write ${this.root}/${this.id}/${CGROUP_FILE}`, error);
    }
  }

  /** The cgroup that was noted; undefined when there is none, or when it was written in part only. */
  notedCgroup(): ContainerCgroup | undefined {
    const text = readTextAt(this.fd.number, CGROUP_FILE, LIMIT_BYTES);
    return text === undefined ? undefined : parseCgroup(text);
  }

  /** The saved state. @throws {RuntimeError} NOT_FOUND when there is none (yet), WRONG_STATE when it is damaged */
  load(): StoredState {
    const text = readTextAt(this.fd.number, STATE_FILE, LIMIT_BYTES);
    if (text === undefined) throw new RuntimeError('NOT_FOUND', 'container does not exist');
    return parseStoredState(text, this.id);
  }

  /** Whether init still waits for `start`. */
  get hasStartSocket(): boolean {
    return this.names().includes(START_SOCKET);
  }

  /** Whether another command has removed the directory, which this one still has open. */
  get isRemoved(): boolean {
    return statusAt(this.fd.number).links === 0;
  }

  removeStartSocket(): void {
    removeAt(this.fd.number, START_SOCKET);
  }

  /** Removes the directory with all that is in it; the id is free again. Another command may have been faster. */
  remove(): void {
    for (const name of this.names()) removeAt(this.fd.number, name);
    // The directory that has this name now may be the next container's.
    if (this.isRemoved) return;
    using root = openFile(this.root, O_RDONLY | O_DIRECTORY);
    removeAt(root.number, this.id, true);
  }

  /** What is in the directory: nothing when it was removed. */
  private names(): string[] {
    try {
      // A descriptor of its own, with its own read position.
      using listing = openAt(this.fd.number, '.', O_RDONLY | O_DIRECTORY);
      return readDirectory(listing.number).map(({ name }) => name);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.fd.close();
  }
}

/** Makes the root of all state directories and what is missing above it. */
function makeRoot(root: string): void {
  const parts = root.split('/').filter((part) => part !== '');
  for (let index = 1; index <= parts.length; index++) {
    try {
      makeDirectory(`/${parts.slice(0, index).join('/')}`, index === parts.length ? ROOT_MODE : 0o755);
    } catch (error) {
      if (!isErrno(error, 'EEXIST')) throw failure(`cannot create the state root ${root}`, error);
    }
  }
}

function failure(what: string, error: unknown): RuntimeError {
  const reason = error instanceof Error ? error.message : String(error);
  return new RuntimeError('KERNEL', `${what}: ${reason}`, { cause: error });
}
