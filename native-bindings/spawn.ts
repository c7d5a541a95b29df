import { Fd } from './fd.ts';
import { F_DUPFD_CLOEXEC } from './kernel/open.ts';
import { libcFunction } from './koffi.ts';
import type { NativeMemory } from './memory.ts';
import { cString, withScratch } from './memory.ts';
import { syscall } from './syscall.ts';
import { SystemError } from './system-error.ts';

/**
 * Starts programs by posix_spawn(3): libc makes the child by CLONE_VM | CLONE_VFORK, which costs the same whatever an
 * engine has mapped, and runs no JavaScript in it.
 */

const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
/** posix_spawnattr_t has 336 bytes and posix_spawn_file_actions_t 80, with glibc and with musl. */
const ATTRIBUTES_BYTES = 512;
const SIGSET_BYTES = 128;

type SpawnFunction = (...args: (number | bigint)[]) => number;
let functions:
  | Record<
      'spawn' | 'addDup2' | 'initActions' | 'destroyActions' | 'initAttributes' | 'setFlags' | 'setDefault' | 'setMask',
      SpawnFunction
    >
  | undefined;

function spawnFunctions() {
  const declare = (name: string, count: number) =>
    libcFunction(
      name,
      'int',
      Array.from({ length: count }, () => 'uint64_t'),
    ) as unknown as SpawnFunction;
  functions ??= {
    spawn: declare('posix_spawn', 6),
    addDup2: declare('posix_spawn_file_actions_adddup2', 3),
    initActions: declare('posix_spawn_file_actions_init', 1),
    destroyActions: declare('posix_spawn_file_actions_destroy', 1),
    initAttributes: declare('posix_spawnattr_init', 1),
    setFlags: declare('posix_spawnattr_setflags', 2),
    setDefault: declare('posix_spawnattr_setsigdefault', 2),
    setMask: declare('posix_spawnattr_setsigmask', 2),
  };
  return functions;
}

export interface SpawnOptions {
  /** The program: a descriptor, so that nothing can be swapped for it. */
  readonly image: number;
  readonly argv: readonly string[];
  /** Descriptors of the child: target number to source number. 0, 1 and 2 are inherited where they are not named. */
  readonly fds: ReadonlyMap<number, number>;
}

/**
 * Starts a program with an empty environment, every signal at its default and none blocked: JavaScript engines ignore
 * SIGPIPE and SIGXFSZ, and ignored signals survive execve.
 * @returns the pid
 * @throws {SystemError}
 */
export function spawn(options: SpawnOptions): number {
  const f = spawnFunctions();
  return withScratch((take) => {
    const attributes = take(ATTRIBUTES_BYTES);
    f.initAttributes(attributes.address);
    f.setFlags(attributes.address, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const none = take(SIGSET_BYTES);
    const every = take(SIGSET_BYTES);
    every.bytes.fill(0xff);
    f.setDefault(attributes.address, every.address);
    f.setMask(attributes.address, none.address);

    const actions = take(ATTRIBUTES_BYTES);
    f.initActions(actions.address);
    const copies: Fd[] = [];
    // Copied above all targets first, so that no source and not the image is overwritten by another one's target.
    const aboveTargets = Math.max(2, ...options.fds.keys()) + 1;
    const copyUp = (fd: number): Fd => {
      const copy = new Fd(syscall(`fd ${fd}`, 'fcntl', fd, F_DUPFD_CLOEXEC, aboveTargets));
      copies.push(copy);
      return copy;
    };
    try {
      for (const [target, source] of options.fds) {
        const copy = copyUp(source);
        f.addDup2(actions.address, copy.number, target);
      }
      const pid = take(8);
      const path = place(take, cString(`/proc/self/fd/${copyUp(options.image).number}`));
      const errno = f.spawn(
        pid.address,
        path.address,
        actions.address,
        attributes.address,
        vector(take, options.argv),
        vector(take, []),
      );
      if (errno !== 0) throw new SystemError('posix_spawn', errno, options.argv[0]);
      return pid.view.getInt32(0, true);
    } finally {
      f.destroyActions(actions.address);
      for (const copy of copies) copy.close();
    }
  });
}

type Take = (sizeBytes: number) => NativeMemory;

function place(take: Take, bytes: Uint8Array): NativeMemory {
  const memory = take(bytes.length);
  memory.bytes.set(bytes);
  return memory;
}

function vector(take: Take, texts: readonly string[]): number {
  const pointers = take((texts.length + 1) * 8);
  for (const [index, text] of texts.entries()) {
    pointers.view.setBigUint64(index * 8, BigInt(place(take, cString(text)).address), true);
  }
  return pointers.address;
}
