import { acceptsConfig, acceptsProcess } from './acceptor/acceptors.generated.ts';
import { type Config, configSchema } from './config.ts';
import { type Parsed, parseDocument } from './parse-document.ts';
import { type Process, processSchema } from './process.ts';
import { type Resources, resourcesSchema } from './resources.ts';
import { allRules } from './rules/all-rules.ts';
import { processIsPresent } from './rules/document.ts';
import { processRules } from './rules/process.ts';
import { resourceRules } from './rules/resources.ts';
import type { RuleGroup } from './rules/rule.ts';
import { schedulingRules } from './rules/scheduling.ts';

const always = (): boolean => true;

const processRequired: RuleGroup = { applies: always, rules: [processIsPresent] };

export interface ConfigOptions {
  /** For `create` and `run`: a config without a process is refused. The specification itself allows it. */
  readonly requireProcess?: boolean;
}

/** A config that `requireProcess` has let through. */
export type RunnableConfig = Config & { process: Process; root: NonNullable<Config['root']> };

/**
 * Reads config.json: its types, ranges and closed lists, and the rules between its properties (runtime-spec config.md,
 * config-linux.md). Nothing on the host is looked at. A property that is null counts as absent, as Go's decoder has it.
 *
 * @param source the text of config.json, or an object that a program has built. It is not modified.
 */
export function parseConfig(source: unknown, options: ConfigOptions & { requireProcess: true }): Parsed<RunnableConfig>;
export function parseConfig(source: unknown, options?: ConfigOptions): Parsed<Config>;
export function parseConfig(source: unknown, options: ConfigOptions = {}): Parsed<Config> {
  const rules = options.requireProcess ? [processRequired, ...allRules] : allRules;
  return parseDocument(source, { name: 'config', schema: configSchema, accepts: acceptsConfig, rules, base: [] });
}

/** Reads the process document of `exec --process` (runtime-spec config.md, "Process"). Paths start at the process. */
export function parseProcess(source: unknown): Parsed<Process> {
  const rules = [{ applies: always, rules: [...processRules, ...schedulingRules] }];
  return parseDocument(source, {
    name: 'process',
    schema: processSchema,
    accepts: acceptsProcess,
    rules,
    base: ['process'],
  });
}

/** Reads the resources document of `update --resources` (config-linux.md, "Control groups"). Paths start at it. */
export function parseResources(source: unknown): Parsed<Resources> {
  const rules = [{ applies: always, rules: resourceRules }];
  return parseDocument(source, { name: 'resources', schema: resourcesSchema, rules, base: ['linux', 'resources'] });
}
