import type { Reply } from '../../native-bindings/executor/wire.ts';
import { describeErrno } from '../../native-bindings/kernel/errno.ts';
import type { Step } from '../plan/builder.ts';
import type { ProcessPlan } from '../plan/setup-plan.ts';
import type { InitConversation } from './init-conversation.ts';
import { isComplete } from './plan-failure.ts';
import { RuntimeError } from './runtime-error.ts';

/**
 * What the search for args[0] has found, in the words that engines match on (they are Go's).
 * @param offset where the steps of `plan` begin in `steps`, which were sent
 * @returns the path to execute
 * @throws {RuntimeError}
 */
export function programOf(
  conversation: InitConversation,
  steps: readonly Step[],
  offset: number,
  plan: ProcessPlan,
  reply: Reply,
): string {
  const name = JSON.stringify(plan.name);
  const isPath = plan.name.includes('/');
  if (isComplete(reply)) {
    if (isPath) return plan.name;
    throw notFound(`exec: ${name}: executable file not found in $PATH`);
  }
  const found = plan.found.get(reply.index - offset);
  if (found !== undefined) return found;
  if (isPath && steps[reply.index]?.configPath === 'process.args[0]') {
    if (reply.index - offset === plan.directory) throw notFound(`exec: ${name}: is a directory`);
    const stat = steps[reply.index]?.call.name === 'statx' ? `stat ${plan.name}: ` : '';
    throw notFound(`exec: ${name}: ${stat}${describeErrno(-reply.result)}`);
  }
  throw conversation.failure(steps, reply);
}

function notFound(message: string): RuntimeError {
  const prefix = 'unable to start container process: error during container init: ';
  return new RuntimeError('INVALID_CONFIG', `${prefix}${message}`, { configPath: 'process.args[0]' });
}
