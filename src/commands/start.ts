import { startContainer } from '../runtime/start.ts';
import type { CommandDefinition } from './command-definition.ts';

/** `start ID`: contract section 3.3. */
export const start: CommandDefinition = {
  operands: '<container-id>',
  count: { minimum: 1, maximum: 1 },
  description: 'Lets a container that was made by `create` run its program.',
  flagsEnd: 'at-double-dash',
  async run(session, [id = '']) {
    await startContainer(session.context, id);
    return 0;
  },
};
