import type { Config } from '../config.ts';
import type { Finding, Path } from '../problems/problem.ts';

/** What the rules read. Everything may be missing: rules also judge the sound parts of a document that has problems. */
export type RuledConfig = { readonly [K in keyof Config]?: Config[K] | undefined };

/**
 * A demand on a document that no single type can express: two properties that exclude each other, duplicates in a list,
 * a string that must not be empty.
 */
export interface Rule {
  readonly name: string;
  /**
   * Properties from whose absence the rule concludes something. Where one of them has a structural problem the rule is
   * skipped: "no user namespace" is no finding if the list of namespaces could not be read.
   */
  readonly relyOn?: readonly Path[];
  check(config: RuledConfig, report: (finding: Finding) => void): void;
}

/** Rules that have something to say only where a section is present. */
export interface RuleGroup {
  applies(config: RuledConfig): boolean;
  readonly rules: readonly Rule[];
}
