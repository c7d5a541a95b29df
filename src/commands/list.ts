import { listContainers } from '../runtime/list.ts';
import type { CommandDefinition } from './command-definition.ts';
import { containerTable } from './container-table.ts';
import { print } from './output.ts';

interface ListFlags {
  readonly format: string;
  readonly quiet?: boolean;
}

/** `list [flags]`: contract section 3.5. */
export const list: CommandDefinition = {
  operands: '',
  count: { minimum: 0, maximum: 0 },
  description: 'Lists the containers of the root directory that the global flag --root names.',
  flagsEnd: 'at-double-dash',
  addFlags(command) {
    command
      .option('-f, --format <format>', 'table or json', 'table')
      .option('-q, --quiet', 'print the ids alone, one a line');
  },
  defaults: { format: 'table' },
  run(session, _, flags) {
    const { format, quiet = false } = flags as ListFlags;
    if (format !== 'table' && format !== 'json' && !quiet) throw new Error('invalid format option');
    const containers = listContainers(session.context, { explicitRoot: session.root.origin === 'option' });
    if (quiet) print(containers.map(({ id }) => `${id}\n`).join(''));
    // A program in Go that prints an empty list this way prints null, and that is what engines were tested with.
    else if (format === 'json') print(`${containers.length === 0 ? 'null' : JSON.stringify(containers)}\n`);
    else print(containerTable(containers));
    return 0;
  },
};
