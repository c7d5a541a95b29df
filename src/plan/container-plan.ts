import type { HookKind, RunnableConfig } from '../../config-schema/index.ts';
import type { Step } from './builder.ts';
import { planClone } from './clone-plan.ts';
import type { PlanInput } from './input.ts';
import { hasNewNamespace } from './namespaces.ts';
import { executableCandidates } from './process/executable.ts';
import { planEnterRoot, planFileSystem, planProcess, planWaitAndExec } from './setup-plan.ts';

/** A part of what happens between `create` and the user's program. */
export interface Phase {
  readonly name: string;
  /** Who does it. */
  readonly by: 'executor' | 'init' | 'ocirun';
  /** The system calls of a phase that the executor runs. */
  readonly steps: readonly Step[];
  /** What ocirun itself does in a phase of its own, a line each. */
  readonly actions: readonly string[];
}

/** All that a container's creation and start consist of, in order, for people to read before it happens. */
export function containerPlan(input: PlanInput & { readonly config: RunnableConfig }): Phase[] {
  const { config, fds } = input;
  const { process } = config;
  const layout = { rootfs: fds.atSpawn + 1, cgroup: fds.atSpawn + 2 };
  const canSetGroups = true;
  const [program = ''] = executableCandidates(process.args?.[0] ?? '', process.env ?? []);
  return [
    calls('clone', 'executor', planClone(input, layout)),
    actions('settle', settleActions(config)),
    calls('file system', 'init', planFileSystem(input)),
    actions('create hooks', hookActions(config, ['prestart', 'createRuntime', 'createContainer'])),
    calls('enter root', 'init', planEnterRoot(input)),
    calls('process', 'init', planProcess(input, process, { canSetGroups, ownStdio: [] }).steps),
    actions('ready', [
      'attach the device rules to the cgroup',
      'save state.json',
      'write the pid file, if one is wanted',
    ]),
    actions('start hooks', hookActions(config, ['startContainer'])),
    calls('wait and execute', 'init', planWaitAndExec(input, { process, program, env: process.env ?? [] })),
    actions('started', hookActions(config, ['poststart'])),
  ].filter((phase) => phase.steps.length > 0 || phase.actions.length > 0);
}

function calls(name: string, by: 'executor' | 'init', steps: readonly Step[]): Phase {
  return { name, by, steps, actions: [] };
}

function actions(name: string, lines: readonly string[]): Phase {
  return { name, by: 'ocirun', steps: [], actions: lines };
}

function settleActions(config: RunnableConfig): string[] {
  const { oomScoreAdj } = config.process;
  const lines = oomScoreAdj === undefined ? [] : [`write ${oomScoreAdj} to oom_score_adj of init`];
  if (!hasNewNamespace(config, 'user')) return lines;
  const maps = [
    ['uid_map', config.linux?.uidMappings],
    ['gid_map', config.linux?.gidMappings],
  ] as const;
  return [
    ...lines,
    ...maps.flatMap(([file, mappings]) =>
      (mappings ?? []).map(
        ({ containerID, hostID, size }) => `write "${containerID} ${hostID} ${size}" to ${file} of init`,
      ),
    ),
  ];
}

function hookActions({ hooks }: RunnableConfig, kinds: readonly HookKind[]): string[] {
  return kinds.flatMap((kind) =>
    (hooks?.[kind] ?? []).map((hook, index) => `run hooks.${kind}[${index}]: ${hook.path}`),
  );
}
