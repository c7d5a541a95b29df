import { decodeReply, REPLY_BYTES } from '../../native-bindings/executor/wire.ts';
import type { Fd } from '../../native-bindings/fd.ts';
import { readSome } from '../../native-bindings/files.ts';
import { describeErrno } from '../../native-bindings/kernel/errno.ts';
import { pollReadable } from '../../native-bindings/poll.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { EXEC_MARK } from '../plan/setup-plan.ts';
import { RuntimeError } from './runtime-error.ts';

/** How long execve may take: the program may lie on a slow file system. */
const TIMEOUT_MS = 60_000;

/**
 * Waits until init has become its program. Init sends a mark right before execve; then the socket closes when execve
 * succeeds (it is close-on-exec), or brings the reply of the plan when it fails.
 * @throws {RuntimeError} when the program cannot be executed, when init died before
 */
export function checkExec(socket: Fd, program: string): void {
  const answer = readUntilClosed(socket);
  if (answer.length === 0) {
    throw new RuntimeError('WRONG_STATE', 'container init died before it could execute the program');
  }
  // A reply begins with the index of a call, which is far from the mark's value.
  const reply = answer.subarray(answer[0] === EXEC_MARK[0] ? EXEC_MARK.length : 0);
  if (reply.length < REPLY_BYTES) return;
  const { result } = decodeReply(reply);
  throw new RuntimeError('KERNEL', `process.args[0]: exec ${JSON.stringify(program)}: ${describeErrno(-result)}`, {
    configPath: 'process.args[0]',
  });
}

function readUntilClosed(socket: Fd): Uint8Array {
  const answer = new Uint8Array(EXEC_MARK.length + REPLY_BYTES);
  const deadline = performance.now() + TIMEOUT_MS;
  let length = 0;
  const wanted = () => REPLY_BYTES + (length === 0 || answer[0] === EXEC_MARK[0] ? EXEC_MARK.length : 0);
  while (length < wanted()) {
    const ready = pollReadable([socket.number], Math.max(0, deadline - performance.now()));
    if (ready.length === 0) {
      throw new RuntimeError('TIMEOUT', `container init has not executed its program within ${TIMEOUT_MS / 1000} s`);
    }
    const chunk = readChunk(socket, answer.length - length);
    if (chunk.length === 0) break;
    answer.set(chunk, length);
    length += chunk.length;
  }
  return answer.subarray(0, length);
}

/** A reset means that init died with the connection still in its queue: for the reader an end. */
function readChunk(socket: Fd, sizeBytes: number): Uint8Array {
  try {
    return readSome(socket.number, sizeBytes);
  } catch (error) {
    if (isErrno(error, 'ECONNRESET')) return new Uint8Array(0);
    throw error;
  }
}
