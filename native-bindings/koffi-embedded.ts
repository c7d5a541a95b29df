import embeddedAddon from 'ocirun:koffi-addon';
import { earlySyscall as call } from './early-syscall.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  F_ADD_SEALS,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  O_CLOEXEC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  S_IFMT,
  S_IFREG,
} from './kernel/open.ts';
import type { Koffi } from './koffi.ts';
import { STATX_SIZE, STX_MODE, STX_UID } from './struct/statx-offsets.ts';

/**
 * koffi inside the standalone executable; takes the place of koffi-package.ts when tools/build.ts makes it.
 *
 * Loading code is the one thing that a privileged command must not do from a place that somebody else can write to.
 * What Bun does with an embedded .node by itself is just that: a copy with a foreseeable name in $TMPDIR. So:
 * 1. `koffi.node` beside the executable, when the file and its folder can be changed only by root or by the caller.
 *    Everything is checked on open descriptors, so that nothing can be swapped between the check and the use.
 * 2. Otherwise the copy inside the executable, by way of a sealed memfd. That needs no file system at all, and costs
 *    2.5 ms more, because 1.1 MB are copied and node:fs is imported to read them.
 *
 * koffi is what makes system calls, so the few calls before it go through bun:ffi: 0.2 ms, against 1.2 ms of node:fs,
 * which has no openat and could not check the folder and open the file in it as one step.
 */
export function loadKoffi(): Koffi {
  // koffi is not used for everything because bun:ffi exists in Bun alone; one set of bindings serves both engines.
  const beside = openBesideExecutable();
  if (beside !== undefined) {
    const koffi = loadFrom(beside);
    // An executable that was replaced alone would otherwise run with the addon of another version.
    if (koffi.version === OCIRUN_KOFFI_VERSION) return koffi;
  }
  return loadFrom(embeddedInMemory());
}

function loadFrom(fd: number): Koffi & { readonly version: string } {
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, `/proc/self/fd/${fd}`);
  } finally {
    call('close', fd);
  }
  return module.exports as Koffi & { readonly version: string };
}

/** An fd of the trustworthy koffi.node beside the executable, or undefined. */
function openBesideExecutable(): number | undefined {
  // execPath is what the kernel says in /proc/self/exe: free of links, and not what the caller claims in argv[0].
  const { execPath } = process;
  const folder = call('openat', AT_FDCWD, execPath.slice(0, execPath.lastIndexOf('/') + 1), O_FOLDER, 0);
  if (folder < 0) return undefined;
  try {
    if (!changeableOnlyByCaller(folder)) return undefined;
    // O_NONBLOCK: a FIFO of that name must not make the command wait for ever.
    const file = call('openat', folder, 'koffi.node', O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
    if (file < 0) return undefined;
    if (changeableOnlyByCaller(file, S_IFREG)) return file;
    call('close', file);
    return undefined;
  } finally {
    call('close', folder);
  }
}

const O_FOLDER = O_PATH | O_DIRECTORY | O_CLOEXEC;
const STATX_BASIC_STATS = 0x7ff;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * True when only root and the caller can change what the fd stands for. The sticky bit of a world-writable folder is no
 * excuse: it stops others from removing files, not from making one that is not there yet. Access control lists need no
 * look of their own: their mask shows in the group bits.
 */
function changeableOnlyByCaller(fd: number, type?: number): boolean {
  const status = new Uint8Array(STATX_SIZE);
  if (call('statx', fd, '', AT_EMPTY_PATH, STATX_BASIC_STATS, status) < 0) return false;
  const view = new DataView(status.buffer);
  const mode = view.getUint16(STX_MODE, true);
  const owner = view.getUint32(STX_UID, true);
  if (type !== undefined && (mode & S_IFMT) !== type) return false;
  return (mode & WRITABLE_BY_OTHERS) === 0 && (owner === 0 || owner === process.geteuid?.());
}

const MFD_CLOEXEC = 1;
const MFD_ALLOW_SEALING = 2;
const MFD_NOEXEC_SEAL = 8;

/** An fd of the executable's own copy of koffi.node, in memory that nobody can change any more. */
function embeddedInMemory(): number {
  // node:fs is required here and not imported above, because only this slow path pays for it.
  const bytes = (require('node:fs') as typeof import('node:fs')).readFileSync(embeddedAddon);
  // Kernels from 6.3 on want to be told whether the file will be executed (it is mapped, not executed), and may be set
  // to refuse those that do not say; older ones do not know the flag.
  let fd = call('memfd_create', 'koffi.node', MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0) fd = call('memfd_create', 'koffi.node', MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) throw new Error('memfd_create for koffi.node failed: is memory or the limit of open files used up?');
  for (let offset = 0; offset < bytes.length; ) {
    const written = call('write', fd, bytes.subarray(offset), bytes.length - offset);
    if (written <= 0) throw new Error('cannot write koffi.node to memory: is the memory limit of this cgroup used up?');
    offset += written;
  }
  if (call('fcntl', fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) {
    throw new Error('cannot seal the memory that holds koffi.node');
  }
  return fd;
}
