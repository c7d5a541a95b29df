import { deleteContainer } from '../runtime/delete.ts';
import type { CommandDefinition } from './command-definition.ts';

/** `delete [flags] ID`: contract section 3.8. */
export const deletion: CommandDefinition = {
  operands: '<container-id>',
  count: { minimum: 1, maximum: 1 },
  description: 'Removes a container that has ended or was never started: processes, cgroup and state.',
  flagsEnd: 'at-double-dash',
  addFlags(command) {
    command.option('-f, --force', 'kill a running container first, and succeed when there is no such container');
  },
  async run(session, [id = ''], flags) {
    const { force = false } = flags as { force?: boolean };
    await deleteContainer(session.context, id, { force });
    return 0;
  },
};
