import type { Call } from '../../native-bindings/executor/call.ts';
import { slot } from '../../native-bindings/executor/call.ts';
import type { Executor } from '../../native-bindings/executor/channel.ts';
import type { Reply } from '../../native-bindings/executor/wire.ts';
import { describeErrno, errnoName } from '../../native-bindings/kernel/errno.ts';
import { textUpToNul } from '../../native-bindings/memory.ts';
import type { Step } from '../plan/builder.ts';
import { callSubject } from '../plan/describe/call-text.ts';
import { RuntimeError } from './runtime-error.ts';

const EXPLANATION_BYTES = 512;
const EXPLANATION_TIMEOUT_MS = 2000;

/** Whether a reply says that the plan ran to its end. */
export function isComplete(reply: Reply): boolean {
  return reply.index >= reply.calls;
}

/**
 * The error for a plan that stopped: where in config.json the call came from, what it was for, what the kernel said.
 * @param explanation what the file system itself had to say
 */
export function planFailure(steps: readonly Step[], reply: Reply, explanation?: string): RuntimeError {
  const step = steps[reply.index];
  if (!step)
    return new RuntimeError('KERNEL', `the executor stopped at call ${reply.index}, which its plan does not have`);
  const { call, configPath, purpose } = step;
  const errno = -reply.result;
  const reason = call.name === 'check' ? checkFailure(purpose) : `${callSubject(call)}: ${describeErrno(errno)}`;
  const where = configPath === '' ? '' : `${configPath}: `;
  const more = explanation ? `: ${explanation}` : '';
  const hint = hintFor(call, errno);
  return new RuntimeError('KERNEL', `${where}cannot ${purpose}: ${reason}${more}${hint ? ` (${hint})` : ''}`, {
    ...(configPath === '' ? {} : { configPath }),
  });
}

function checkFailure(purpose: string): string {
  if (purpose.includes('working directory'))
    return 'it is not inside the root file system (possible container breakout detected)';
  return 'what stands there is not the device that it should be';
}

/** What to do about it, where that is known. */
function hintFor(call: Call, errno: number): string {
  const name = errnoName(errno);
  if (call.name === 'fsopen' && name === 'ENODEV') return 'the kernel does not know this file system type';
  if (name === 'ENOSYS') return `the kernel is too old for ${call.name}; ocirun needs Linux 5.14`;
  // Old callers know mount(2), which said ENOTDIR here, and look for its words.
  if (call.name === 'move_mount' && name === 'EINVAL')
    return 'not a directory? a directory goes onto a directory only, and a file onto a file';
  if (call.name === 'keyctl' && name === 'EDQUOT') return 'raise kernel.keys.maxkeys or use --no-new-keyring';
  if (call.name === 'prlimit64' && name === 'EPERM') return 'raising a hard limit needs CAP_SYS_RESOURCE on the host';
  if ((call.name === 'openat2' || call.name === 'open_tree') && name === 'ELOOP')
    return 'a symbolic link stands in the way';
  return '';
}

/** Calls whose first argument is a file system context, from which the kernel's own explanation can be read. */
const HAS_CONTEXT = new Set<Call['name']>(['fsconfig', 'fsmount']);

/**
 * Asks the executor for the explanation that the file system left in its context: fsconfig(2) and fsmount(2) fail with a bare
 * EINVAL, the message says why (`e tmpfs: Bad value for 'size'`). Undefined when there is none.
 */
export function readExplanation(
  executor: Executor,
  steps: readonly Step[],
  reply: Reply,
  channel: number,
): string | undefined {
  const call = steps[reply.index]?.call;
  if (!call || !HAS_CONTEXT.has(call.name)) return undefined;
  const message = slot(EXPLANATION_BYTES);
  const read: Call = { name: 'read', args: [reply.arg0, message, EXPLANATION_BYTES - 1], goOnAfter: 'any' };
  const write: Call = { name: 'write', args: [channel, message, EXPLANATION_BYTES] };
  try {
    executor.send([read, write], channel);
    const bytes = executor.receiveBytes(EXPLANATION_BYTES, EXPLANATION_TIMEOUT_MS);
    executor.receive(EXPLANATION_TIMEOUT_MS);
    // The first character is the class of the message: e, w or i, then a blank.
    const text = bytes ? textUpToNul(bytes).trim().slice(2) : '';
    return text === '' ? undefined : text;
  } catch {
    // Only an addition to an error that is being reported anyway.
    return undefined;
  }
}
