import { planJson, planText } from '../plan/describe/plan-text.ts';
import { planOfBundle } from '../runtime/plan.ts';
import { enterDirectory } from './bundle-flags.ts';
import type { CommandDefinition } from './command-definition.ts';
import { print } from './output.ts';

interface PlanFlags {
  readonly bundle?: string;
  readonly json?: boolean;
  readonly pivot: boolean;
  readonly newKeyring: boolean;
}

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
  defaults: { pivot: true, newKeyring: true },
  run(_session, _operands, flags) {
    const { bundle, json, pivot, newKeyring } = flags as PlanFlags;
    if (bundle !== undefined) enterDirectory(bundle);
    const phases = planOfBundle(process.cwd(), { noPivot: !pivot, noNewKeyring: !newKeyring });
    print(json ? `${JSON.stringify(planJson(phases), null, 2)}\n` : planText(phases));
    return 0;
  },
};
