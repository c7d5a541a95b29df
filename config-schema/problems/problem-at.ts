import type { Path, Problem } from './problem.ts';
import { showPath } from './show-path.ts';
import { showValue } from './show-value.ts';

/** A finding, by a schema or a rule, whose path and value are still data. */
interface Facts {
  readonly path: Path;
  readonly rule: string;
  readonly wanted: string;
  /** Leave it out where the value says nothing more. */
  readonly found?: unknown;
  /** Replaces "expected ...". */
  readonly says?: string | undefined;
}

/** Puts a finding into words: `path: expected ..., found ...`, `path: missing, expected ...`, or `path: says, found ...`. */
export function problemAt(facts: Facts, documentName: string): Problem {
  const path = showPath(facts.path);
  const found = showValue(facts.found);
  return { path, found, wanted: facts.wanted, message: sentence(facts, path || documentName, found), rule: facts.rule };
}

function sentence({ says, wanted, found }: Facts, place: string, shown: string): string {
  if (says !== undefined) return found === undefined ? `${place}: ${says}` : `${place}: ${says}, found ${shown}`;
  return found === undefined ? `${place}: missing, expected ${wanted}` : `${place}: expected ${wanted}, found ${shown}`;
}
