import { Fd } from './fd.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  F_GETFD,
  F_SETFD,
  FD_CLOEXEC,
  O_CLOEXEC,
  O_RDONLY,
} from './kernel/open.ts';
import { textUpToNul, withScratch } from './memory.ts';
import { readField } from './struct/layout.ts';
import { open_how, statfs, statx } from './struct/structs.ts';
import { syscall, trySyscall } from './syscall.ts';

/** Files by system calls. node:fs is not used because importing it costs a command 1.2 ms, a third of its start. */

const CHUNK_BYTES = 64 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Opens a path below a directory, close-on-exec. @throws {SystemError} */
export function openAt(dirFd: number, path: string, flags: number, mode = 0): Fd {
  return new Fd(syscall(quote(path), 'openat', dirFd, path, flags | O_CLOEXEC, mode));
}

/** Opens a path of the host, close-on-exec. @throws {SystemError} */
export function openFile(path: string, flags: number, mode = 0): Fd {
  return openAt(AT_FDCWD, path, flags, mode);
}

/** openat2(2) with RESOLVE_* flags, close-on-exec. @throws {SystemError} */
export function openAt2(dirFd: number, path: string, how: { flags: number; mode?: number; resolve: number }): Fd {
  return withScratch((take) => {
    const memory = take(open_how.size);
    memory.view.setBigUint64(0, BigInt(how.flags | O_CLOEXEC), true);
    memory.view.setBigUint64(8, BigInt(how.mode ?? 0), true);
    memory.view.setBigUint64(16, BigInt(how.resolve), true);
    return new Fd(syscall(quote(path), 'openat2', dirFd, path, memory, open_how.size));
  });
}

/** Reads from an fd to its end, at most `limitBytes`. @throws {SystemError} and RangeError beyond the limit */
export function readToEnd(fd: number, limitBytes = 16 * 1024 * 1024): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = readSome(fd, CHUNK_BYTES);
    if (chunk.length === 0) break;
    total += chunk.length;
    if (total > limitBytes) throw new RangeError(`larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const all = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.length;
  }
  return all;
}

/** One read(2); an empty array is the end of the file. @throws {SystemError} */
export function readSome(fd: number, sizeBytes: number): Uint8Array {
  return withScratch((take) => {
    const memory = take(Math.min(sizeBytes, CHUNK_BYTES));
    const length = syscall(`fd ${fd}`, 'read', fd, memory, memory.bytes.length);
    return memory.bytes.slice(0, length);
  });
}

/** The text of a file. @throws {SystemError}, RangeError beyond the limit */
export function readTextFile(path: string, limitBytes?: number): string {
  using fd = openFile(path, O_RDONLY);
  return decoder.decode(readToEnd(fd.number, limitBytes));
}

/** The text of a file below a directory, or undefined where there is none. */
export function readTextAt(dirFd: number, path: string, limitBytes?: number): string | undefined {
  const number = trySyscall('openat', dirFd, path, O_RDONLY | O_CLOEXEC, 0);
  if (number < 0) return undefined;
  using fd = new Fd(number);
  return decoder.decode(readToEnd(fd.number, limitBytes));
}

/** Writes all of a text or of bytes. @throws {SystemError} */
export function writeAll(fd: number, data: string | Uint8Array): void {
  const bytes = typeof data === 'string' ? encoder.encode(data) : data;
  for (let offset = 0; offset < bytes.length; ) {
    offset += withScratch((take) => {
      const part = bytes.subarray(offset, offset + CHUNK_BYTES);
      const memory = take(part.length);
      memory.bytes.set(part);
      return syscall(`fd ${fd}`, 'write', fd, memory, part.length);
    });
  }
}

/** mkdirat(2). @throws {SystemError} */
export function makeDirectory(path: string, mode: number, dirFd: number = AT_FDCWD): void {
  syscall(quote(path), 'mkdirat', dirFd, path, mode);
}

/** Removes a file, or with `directory` an empty directory. False when there was none. @throws {SystemError} */
export function removeAt(dirFd: number, path: string, directory = false): boolean {
  const result = trySyscall('unlinkat', dirFd, path, directory ? AT_REMOVEDIR : 0);
  if (result === 0) return true;
  if (result === -2) return false;
  syscall(quote(path), 'unlinkat', dirFd, path, directory ? AT_REMOVEDIR : 0);
  return true;
}

/** renameat2(2) within one directory. @throws {SystemError} */
export function renameAt(dirFd: number, from: string, to: string): void {
  syscall(quote(to), 'renameat2', dirFd, from, dirFd, to, 0);
}

/** The names in a directory without `.` and `..`, in the kernel's order. @throws {SystemError} */
export function readDirectory(fd: number): { name: string; type: number }[] {
  return withScratch((take) => {
    const memory = take(CHUNK_BYTES / 2);
    const entries: { name: string; type: number }[] = [];
    for (;;) {
      const length = syscall(`fd ${fd}`, 'getdents64', fd, memory, memory.bytes.length);
      if (length === 0) return entries;
      // struct linux_dirent64: u64 d_ino, i64 d_off, u16 d_reclen, u8 d_type, d_name[]
      for (let offset = 0; offset < length; offset += memory.view.getUint16(offset + 16, true)) {
        const end = offset + memory.view.getUint16(offset + 16, true);
        const name = textUpToNul(memory.bytes.subarray(offset + 19, end));
        if (name !== '.' && name !== '..') entries.push({ name, type: memory.view.getUint8(offset + 18) });
      }
    }
  });
}

/** The target of a symbolic link. @throws {SystemError} */
export function readLink(path: string, dirFd: number = AT_FDCWD): string {
  return withScratch((take) => {
    const memory = take(4096);
    const length = syscall(quote(path), 'readlinkat', dirFd, path, memory, memory.bytes.length);
    return decoder.decode(memory.bytes.slice(0, length));
  });
}

/** What statx(2) tells of a file. */
export interface FileStatus {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly inode: number | bigint;
  /** How many names it has; 0 for what was removed. */
  readonly links: number;
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  readonly sizeBytes: number;
}

const STATX_BASIC_STATS = 0x7ff;

/** statx(2) of an fd (`path` empty) or of a path below it; does not follow a last symbolic link. @throws {SystemError} */
export function statusAt(dirFd: number, path = ''): FileStatus {
  return withScratch((take) => {
    const memory = take(statx.size);
    const flags = AT_SYMLINK_NOFOLLOW | (path === '' ? AT_EMPTY_PATH : 0);
    syscall(path === '' ? `fd ${dirFd}` : quote(path), 'statx', dirFd, path, flags, STATX_BASIC_STATS, memory);
    const read = (field: keyof typeof statx.offsets, type: 'u16' | 'u32' | 'u64') =>
      readField(memory.view, statx.offsets[field], type);
    return {
      mode: Number(read('stx_mode', 'u16')),
      uid: Number(read('stx_uid', 'u32')),
      gid: Number(read('stx_gid', 'u32')),
      inode: read('stx_ino', 'u64'),
      links: Number(read('stx_nlink', 'u32')),
      rdevMajor: Number(read('stx_rdev_major', 'u32')),
      rdevMinor: Number(read('stx_rdev_minor', 'u32')),
      sizeBytes: Number(read('stx_size', 'u64')),
    };
  });
}

/** The magic number of the file system that an fd lies on (statfs(2)). @throws {SystemError} */
export function fileSystemMagic(fd: number): number {
  return withScratch((take) => {
    const memory = take(statfs.size);
    syscall(`fd ${fd}`, 'fstatfs', fd, memory);
    return Number(readField(memory.view, statfs.offsets.f_type, 'u64'));
  });
}

/** True when the number is an open descriptor of this process. */
export function isOpen(fd: number): boolean {
  return trySyscall('fcntl', fd, F_GETFD, 0) >= 0;
}

/** Sets or clears close-on-exec. @throws {SystemError} */
export function setCloseOnExec(fd: number, on: boolean): void {
  syscall(`fd ${fd}`, 'fcntl', fd, F_SETFD, on ? FD_CLOEXEC : 0);
}

const quote = (path: string): string => JSON.stringify(path);
