import { killContainer } from '../runtime/kill.ts';
import type { CommandDefinition } from './command-definition.ts';
import { signalNumber } from './signal-argument.ts';

/** `kill ID [SIGNAL]`: contract section 3.7. */
export const kill: CommandDefinition = {
  operands: '<container-id> [signal]',
  count: { minimum: 1, maximum: 2 },
  description: 'Sends a signal (by number or name, SIGTERM if none is given) to the first process of a container.',
  // What follows the id is the signal, even if it looks like a flag.
  flagsEnd: 'at-first-operand',
  addFlags(command) {
    command.option('-a, --all', 'send it to all processes of the container, and succeed when there are none');
  },
  async run(session, [id = '', signal = 'SIGTERM'], flags) {
    const { all = false } = flags as { all?: boolean };
    await killContainer(session.context, id, signalNumber(signal), { all });
    return 0;
  },
};
