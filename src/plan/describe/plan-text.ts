import type { Call } from '../../../native-bindings/executor/call.ts';
import type { Step } from '../builder.ts';
import type { Phase } from '../container-plan.ts';
import { callText } from './call-text.ts';

const NUMBER_WIDTH = 5;

/** A plan for people: phases, in them what each group of calls is for and where it comes from, in them the calls. */
export function planText(phases: readonly Phase[]): string {
  return phases.map(phaseText).join('\n');
}

function phaseText(phase: Phase): string {
  const lines = [`${phase.name} (${phase.by})`, ...phase.actions.map((action) => `  ${action}`)];
  const indexOf = indexes(phase.steps);
  let heading = '';
  for (const [index, { call, configPath, purpose }] of phase.steps.entries()) {
    const group = configPath === '' ? purpose : `${configPath}: ${purpose}`;
    if (group !== heading) lines.push(`  ${group}`);
    heading = group;
    lines.push(`${String(index).padStart(NUMBER_WIDTH)}  ${callText(call, indexOf)}${reaction(call)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** What the plan does other than stopping at the first failure. */
function reaction(call: Call): string {
  const parts: string[] = [];
  if (call.goOnAfter) {
    const errnos = call.goOnAfter === 'any' ? 'any error' : call.goOnAfter.join(', ');
    parts.push(call.skipAfterFailure ? `${errnos}: skip ${call.skipAfterFailure}` : `${errnos}: go on`);
  }
  if (call.skipAfterSuccess) parts.push(`success: skip ${call.skipAfterSuccess}`);
  return parts.length > 0 ? `   [${parts.join('; ')}]` : '';
}

function indexes(steps: readonly Step[]): (call: Call) => number {
  const places = new Map(steps.map((step, index) => [step.call, index]));
  return (call) => places.get(call) ?? -1;
}

/** A plan for programs: the same as `planText`, as plain data. */
export function planJson(phases: readonly Phase[]): unknown {
  return phases.map((phase) => {
    const indexOf = indexes(phase.steps);
    return {
      phase: phase.name,
      by: phase.by,
      ...(phase.actions.length > 0 ? { actions: phase.actions } : {}),
      calls: phase.steps.map(({ call, configPath, purpose }, index) => ({
        index,
        call: call.name,
        text: callText(call, indexOf),
        configPath,
        purpose,
        ...(call.goOnAfter ? { goOnAfter: call.goOnAfter } : {}),
        ...(call.skipAfterFailure ? { skipAfterFailure: call.skipAfterFailure } : {}),
        ...(call.skipAfterSuccess ? { skipAfterSuccess: call.skipAfterSuccess } : {}),
      })),
    };
  });
}
