import { Fd } from './fd.ts';
import { AF_UNIX, MSG_NOSIGNAL, SCM_RIGHTS, SOCK_CLOEXEC, SOCK_STREAM, SOL_SOCKET } from './kernel/socket.ts';
import { cString, withScratch } from './memory.ts';
import { writeField } from './struct/layout.ts';
import { cmsghdr, iovec, msghdr, sockaddr_un } from './struct/structs.ts';
import { syscall, trySyscall } from './syscall.ts';

/** A pair of connected stream sockets, close-on-exec. @throws {SystemError} */
export function socketPair(): [Fd, Fd] {
  return withScratch((take) => {
    const pair = take(8);
    syscall(undefined, 'socketpair', AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    return [new Fd(pair.view.getInt32(0, true)), new Fd(pair.view.getInt32(4, true))];
  });
}

/** A Unix stream socket, close-on-exec. @throws {SystemError} */
export function unixSocket(): Fd {
  return new Fd(syscall(undefined, 'socket', AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

/**
 * Binds a socket to a name in a directory and listens. The path goes through /proc/self/fd, because the 107 bytes
 * of sun_path do not hold every state directory. @throws {SystemError}
 */
export function listenIn(socket: Fd, dirFd: number, name: string, backlog: number): void {
  withAddress(`/proc/self/fd/${dirFd}/${name}`, (address, length) => {
    syscall(`"${name}"`, 'bind', socket.number, address, length);
  });
  syscall(`"${name}"`, 'listen', socket.number, backlog);
}

/** Connects to a name in a directory. Returns 0 or the negated errno. */
export function connectIn(socket: Fd, dirFd: number, name: string): number {
  return withAddress(`/proc/self/fd/${dirFd}/${name}`, (address, length) =>
    trySyscall('connect', socket.number, address, length),
  );
}

function withAddress<T>(path: string, work: (address: number, length: number) => T): T {
  return withScratch((take) => {
    const address = take(sockaddr_un.size);
    const text = cString(path);
    if (text.length > 108) throw new RangeError(`socket path "${path}" is longer than 107 bytes`);
    address.view.setUint16(0, AF_UNIX, true);
    address.bytes.set(text, 2);
    return work(address.address, 2 + text.length);
  });
}

/** Sends bytes and, with the first of them, descriptors (SCM_RIGHTS). @throws {SystemError} */
export function sendWithFds(socket: number, data: Uint8Array, fds: readonly number[]): void {
  withScratch((take) => {
    const payload = take(data.length);
    payload.bytes.set(data);
    const vector = take(iovec.size);
    writeField(vector.view, iovec.offsets.iov_base, 'pointer', payload.address);
    writeField(vector.view, iovec.offsets.iov_len, 'u64', data.length);
    const header = take(msghdr.size);
    writeField(header.view, msghdr.offsets.msg_iov, 'pointer', vector.address);
    writeField(header.view, msghdr.offsets.msg_iovlen, 'u64', 1);
    if (fds.length > 0) {
      const length = cmsghdr.size + fds.length * 4;
      const control = take((length + 7) & ~7);
      writeField(control.view, cmsghdr.offsets.cmsg_len, 'u64', length);
      writeField(control.view, cmsghdr.offsets.cmsg_level, 'i32', SOL_SOCKET);
      writeField(control.view, cmsghdr.offsets.cmsg_type, 'i32', SCM_RIGHTS);
      for (const [index, fd] of fds.entries()) control.view.setInt32(cmsghdr.size + index * 4, fd, true);
      writeField(header.view, msghdr.offsets.msg_control, 'pointer', control.address);
      writeField(header.view, msghdr.offsets.msg_controllen, 'u64', control.bytes.length);
    }
    syscall(`fd ${socket}`, 'sendmsg', socket, header, MSG_NOSIGNAL);
  });
}

/** write(2) without SIGPIPE, until all is sent. @throws {SystemError} EPIPE when the other end is gone */
export function sendAll(socket: number, address: number, sizeBytes: number): void {
  for (let sent = 0; sent < sizeBytes; ) {
    sent += syscall(`fd ${socket}`, 'sendto', socket, address + sent, sizeBytes - sent, MSG_NOSIGNAL, 0, 0);
  }
}
