import { planJson, planText } from '../plan/describe/plan-text.ts';
import { planOfBundle } from '../runtime/plan.ts';
import { enterDirectory } from './bundle-flags.ts';
import type { CommandDefinition } from './command-definition.ts';
import { print } from './output.ts';

/** `plan [flags]`: what a bundle compiles to. */
export const plan: CommandDefinition = {
  operands: '',
  count: { minimum: 0, maximum: 0 },
  description: 'Prints the system calls that a bundle compiles to, and runs none of them. Needs no privilege.',
  flagsEnd: 'at-double-dash',
  failurePrefix: 'ocirun plan failed: ',
  addFlags(command) {
    command
      .option('-b, --bundle <dir>', 'the bundle: a directory with config.json (default: the current directory)')
      .option('--json', 'print JSON')
      .option('--no-pivot', 'as for create')
      .option('--no-new-keyring', 'as for create');
  },
  run(_session, _operands, command) {
    const flags = command.opts<{ bundle?: string; json?: boolean; pivot: boolean; newKeyring: boolean }>();
    if (flags.bundle !== undefined) enterDirectory(flags.bundle);
    const phases = planOfBundle(process.cwd(), { noPivot: !flags.pivot, noNewKeyring: !flags.newKeyring });
    print(flags.json ? `${JSON.stringify(planJson(phases), null, 2)}\n` : planText(phases));
    return 0;
  },
};
