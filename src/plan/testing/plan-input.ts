import { parseConfig, type RunnableConfig } from '../../../config-schema/index.ts';
import { exampleConfig } from '../../commands/example-config.ts';
import { descriptors } from '../descriptors.ts';
import type { HostFacts } from '../facts.ts';
import type { PlanInput } from '../input.ts';

/** A host where nothing is unusual. */
export const FACTS: HostFacts = {
  euid: 0,
  egid: 0,
  fileSources: new Set(),
  canMakeDevices: true,
  hasKcore: true,
  lastCapability: 40,
  cgroupRoot: '/sys/fs/cgroup',
  openFiles: { soft: 1024n, hard: 1048576n },
};

export type TestInput = PlanInput & { readonly config: RunnableConfig };

/** The config of `ocirun spec` without a terminal, changed as a test wants, through the parser that users' configs take. */
export function testConfig(change: Readonly<Record<string, unknown>> = {}): RunnableConfig {
  const example = exampleConfig() as { process: object; linux: object };
  const document = {
    ...example,
    ...change,
    process: { ...example.process, terminal: false, ...(change.process as object | undefined) },
    linux: { ...example.linux, ...(change.linux as object | undefined) },
  };
  const parsed = parseConfig(JSON.stringify(document), { requireProcess: true });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.value;
}

/** What a plan for that config is made from. */
export function testInput(
  change: Readonly<Record<string, unknown>> = {},
  others: Partial<Omit<PlanInput, 'config' | 'facts'>> & { readonly facts?: Partial<HostFacts> } = {},
): TestInput {
  return {
    bundle: '/bundle',
    rootfs: '/bundle/rootfs',
    fds: descriptors(0),
    noPivot: false,
    ...others,
    config: testConfig(change),
    facts: { ...FACTS, ...others.facts },
  };
}

/** The namespaces of a config, by type. */
export const namespaces = (...types: readonly string[]) => types.map((type) => ({ type }));
