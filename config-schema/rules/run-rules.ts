import type { Finding, Path } from '../problems/problem.ts';
import type { Rule, RuledConfig } from './rule.ts';

export interface RuleFinding extends Finding {
  readonly rule: string;
}

/**
 * Runs the rules over a document.
 *
 * @param broken where the document has structural problems: rules that rely on such a place are skipped, and findings
 * about it are dropped, since the structural problem has said it
 */
export function runRules(rules: readonly Rule[], config: RuledConfig, broken: readonly Path[]): RuleFinding[] {
  const findings: RuleFinding[] = [];
  for (const rule of rules) {
    if (rule.relyOn?.some((path) => broken.some((place) => startsWith(place, path) || startsWith(path, place))))
      continue;
    rule.check(config, (finding) => {
      if (broken.some((place) => startsWith(finding.path, place))) return;
      findings.push({ ...finding, rule: rule.name });
    });
  }
  return findings;
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}
