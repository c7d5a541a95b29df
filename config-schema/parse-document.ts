import * as z from 'zod/mini';
import { JsonError } from './json/json-error.ts';
import { parseSurveyed } from './json/parse-json.ts';
import { MAX_DEPTH, survey } from './json/survey.ts';
import { withoutNulls } from './json/without-nulls.ts';
import { issuePath, problemFromIssue } from './problems/from-issue.ts';
import { nulCharacterProblems } from './problems/nul-characters.ts';
import type { Path, Problem } from './problems/problem.ts';
import { problemAt } from './problems/problem-at.ts';
import type { RuledConfig, RuleGroup } from './rules/rule.ts';
import { runRules } from './rules/run-rules.ts';
import { soundParts } from './rules/sound-parts.ts';

/** A document that is sound and typed, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What kind of document to expect. */
export interface DocumentKind<T> {
  /** For messages about the document as a whole. */
  readonly name: string;
  readonly schema: () => z.ZodMiniType<T>;
  /** Says yes only where the schema does, and faster; see `acceptor/`. */
  readonly accepts?: (value: unknown) => boolean;
  readonly rules: readonly RuleGroup[];
  /** Where the document belongs in config.json; rules are written for the whole config. */
  readonly base: Path;
}

/**
 * Reads a document: JSON, structure, then rules; all problems of structure and rules are reported together.
 *
 * @param source the text of the document, or the value that a program has built. It is never modified.
 */
export function parseDocument<T>(source: unknown, kind: DocumentKind<T>): Parsed<T> {
  const read = readSource(source, kind.name);
  if (!read.ok) return read;
  const { value, isPlain } = read.value;
  // Only a value that was parsed here is handed out as it is: zod copies what belongs to the caller, and strips `__proto__`.
  const isAccepted = isPlain && kind.accepts?.(value) === true;
  const checked = isAccepted ? { ok: true as const, value: value as T } : checkStructure(value, kind, source);
  const broken = checked.ok ? [] : checked.broken.map((path) => [...kind.base, ...path]);
  const whole = wrap(checked.ok ? checked.value : value, kind.base);
  const findings = judge(kind.rules, checked.ok ? whole : soundParts(whole, broken), broken);
  if (checked.ok && findings.length === 0) return checked;
  const problems = findings.map((finding) =>
    problemAt({ ...finding, path: finding.path.slice(kind.base.length) }, kind.name),
  );
  return { ok: false, problems: checked.ok ? problems : [...checked.problems, ...problems] };
}

type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[]; broken: Path[] };

function checkStructure<T>(value: unknown, kind: DocumentKind<T>, source: unknown): Checked<T> {
  const result = z.safeParse(kind.schema(), value, { reportInput: true });
  const nuls = mayHoldNul(source) ? nulCharacterProblems(value) : [];
  if (result.success && nuls.length === 0) return { ok: true, value: result.data };
  const issues = result.success ? [] : result.error.issues;
  return {
    ok: false,
    problems: [
      ...issues.map((issue) => problemFromIssue(issue, kind)),
      ...nuls.map((nul) => problemAt(nul, kind.name)),
    ],
    broken: [...issues.map(issuePath), ...nuls.map(({ path }) => path)],
  };
}

function readSource(source: unknown, name: string): Parsed<{ value: unknown; isPlain: boolean }> {
  let value = source;
  let seen: ReturnType<typeof survey>;
  try {
    if (typeof source === 'string') ({ value, survey: seen } = parseSurveyed(source));
    else seen = survey(source);
  } catch (error) {
    if (error instanceof JsonError) return failure(error.message, 'a JSON document', 'json');
    throw error;
  }
  if (value === null) return failure(`${name} cannot be null`, 'an object', 'structure', null);
  // Text as deep as this does not come here: a cyclic value of a program does.
  if (seen.isTooDeep) return failure(`nested deeper than ${MAX_DEPTH} levels, or cyclic`, 'a JSON value', 'structure');
  const isPlain = typeof source === 'string' && !seen.hasProtoKey && !mayHoldNul(source);
  return { ok: true, value: { value: seen.hasNull ? withoutNulls(value) : value, isPlain } };
}

function failure(message: string, wanted: string, rule: string, found?: null): Parsed<never> {
  const shown = found === null ? 'null' : 'a document that cannot be read';
  return { ok: false, problems: [{ path: '', found: shown, wanted, message, rule }] };
}

// In text a NUL can only stand as this escape: JSON forbids the raw character in strings.
function mayHoldNul(source: unknown): boolean {
  return typeof source !== 'string' || source.includes('\\u0000');
}

function wrap(value: unknown, base: Path): unknown {
  return base.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
}

function judge(groups: readonly RuleGroup[], document: unknown, broken: readonly Path[]) {
  // `soundParts` has removed whatever does not have the type that the rules expect; a root that is no object leaves nothing.
  const config = (
    typeof document === 'object' && document !== null && !Array.isArray(document) ? document : {}
  ) as RuledConfig;
  return groups.flatMap(({ applies, rules }) => (applies(config) ? runRules(rules, config, broken) : []));
}
