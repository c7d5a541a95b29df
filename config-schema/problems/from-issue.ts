import type * as z from 'zod/mini';
import type { LeafParams } from '../leaves.ts';
import type { Path, Problem } from './problem.ts';
import { problemAt } from './problem-at.ts';
import { showPath } from './show-path.ts';

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

/** Texts that callers of runc match on, for a property that is missing. */
const MISSING_TEXTS: Readonly<Record<string, string>> = {
  'process.cwd': 'Cwd property must not be empty',
  'process.args': 'args must not be empty',
};

/**
 * Turns zod's issue into a problem. Nothing of zod's own wording is used.
 *
 * @param document its name, and where it belongs in config.json: `['process']` for a process document
 */
export function problemFromIssue(
  issue: z.core.$ZodIssue,
  document: { readonly name: string; readonly base: Path },
): Problem {
  const path = issuePath(issue);
  const missingText = issue.input === undefined ? MISSING_TEXTS[showPath([...document.base, ...path])] : undefined;
  const params = issue.code === 'custom' ? (issue.params as LeafParams | undefined) : undefined;
  const wanted = params?.wanted ?? wantedBy(issue);
  return problemAt({ path, rule: 'structure', wanted, found: issue.input, says: missingText }, document.name);
}

/** Where an issue is; JSON has no symbol keys. */
export function issuePath(issue: z.core.$ZodIssue): Path {
  return issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function wantedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  if (issue.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? 'a value';
  return 'another value';
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map(String);
  const last = shown.pop();
  return shown.length === 0 ? String(last) : `${shown.join(', ')} or ${last}`;
}
