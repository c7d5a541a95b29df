import { describe, expect, test } from 'bun:test';
import type { ErrorObject } from 'ajv';
import { parseFeatures } from './features.ts';
import { parseConfig } from './index.ts';
import { withoutNulls } from './json/without-nulls.ts';
import type { Parsed } from './parse-document.ts';
import type { Problem } from './problems/problem.ts';
import { showPath } from './problems/show-path.ts';
import { parseState } from './state.ts';
import { defaultConfig } from './testing/default-config.ts';
import {
  CONFIG_AT_DIFFERENCES,
  FEATURES_AT_DIFFERENCES,
  LOOSER,
  STATE_AT_DIFFERENCES,
  STRICTER,
} from './testing/differences.ts';
import { fullConfig } from './testing/full-config.ts';
import { errorPath, jsonSchema } from './testing/json-schemas.ts';
import { jsonText } from './testing/json-text.ts';
import { mutate } from './testing/mutate.ts';
import { Random } from './testing/random.ts';
import { SKIP_REASON, samples, specFolder } from './testing/samples.ts';

interface Subject {
  readonly schema: string;
  readonly parse: (text: string) => Parsed<unknown>;
  readonly documents: readonly unknown[];
  readonly rounds: number;
}

const SUBJECTS: readonly Subject[] = [
  {
    schema: 'config-schema.json',
    parse: (text) => parseConfig(text),
    documents: [
      defaultConfig(),
      fullConfig(),
      fullConfig(),
      CONFIG_AT_DIFFERENCES,
      ...samples('config/good').map(({ text }) => JSON.parse(text)),
    ],
    rounds: 5000,
  },
  {
    schema: 'state-schema.json',
    parse: parseState,
    documents: [STATE_AT_DIFFERENCES, ...samples('state/good').map(({ text }) => JSON.parse(text))],
    rounds: 1500,
  },
  {
    schema: 'features-schema.json',
    parse: parseFeatures,
    documents: [FEATURES_AT_DIFFERENCES, ...samples('features/good').map(({ text }) => JSON.parse(text))],
    rounds: 1500,
  },
];

const isStructural = ({ rule }: Problem): boolean => rule === 'structure';

/** Indices of arrays apart, so that a difference can be listed once: `mounts[].uidMappings[].size`. */
const pattern = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

const name = specFolder === undefined ? `JSON schemas (${SKIP_REASON})` : 'JSON schemas';

describe.skipIf(specFolder === undefined)(name, () => {
  const used = new Set<string>();

  for (const { schema, parse, documents, rounds } of SUBJECTS) {
    test(`${rounds} generated documents against ${schema}`, () => {
      const validate = jsonSchema(schema);
      const random = new Random(4);
      const unexplained: string[] = [];
      let good = 0;
      for (let round = 0; round < rounds; round++) {
        const text = jsonText(mutate(random.pick(documents), random));
        const result = parse(text);
        const problems = result.ok ? [] : result.problems.filter(isStructural);
        const document: unknown = JSON.parse(text);
        const errors = validate(withoutNulls(document)) ? [] : (validate.errors ?? []);
        if (errors.length === 0 && problems.length === 0) good++;
        unexplained.push(...onlyTheirs(errors, problems, used), ...onlyOurs(errors, problems, used));
      }
      expect([...new Set(unexplained)]).toEqual([]);
      expect(good).toBeGreaterThan(rounds / 20);
    }, 60_000);
  }

  test('every listed difference has been met', () => {
    expect([...LOOSER, ...STRICTER].map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
  });
});

/** Errors of the JSON schema at places where we found nothing, and that no listed difference explains. */
function onlyTheirs(errors: readonly ErrorObject[], problems: readonly Problem[], used: Set<string>): string[] {
  const ours = new Set(problems.map(({ path }) => path));
  return errors.flatMap((error) => {
    // Says only that the errors beside it are errors.
    if (error.keyword === 'anyOf') return [];
    const steps = errorPath(error).map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    // We report a list of strings, and an object that is none, as a whole.
    for (let length = steps.length; length >= 0; length--) if (ours.has(showPath(steps.slice(0, length)))) return [];
    const path = pattern(showPath(steps));
    const difference = LOOSER.find(({ where, keyword }) => where.test(path) && keyword.test(error.keyword));
    if (difference === undefined) return [`only the JSON schema: ${path}: ${error.keyword} ${error.message}`];
    used.add(difference.reason);
    return [];
  });
}

/** The other way round. */
function onlyOurs(errors: readonly ErrorObject[], problems: readonly Problem[], used: Set<string>): string[] {
  const theirs = errors.map((error) =>
    pattern(showPath(errorPath(error).map((step) => (/^\d+$/.test(step) ? Number(step) : step)))),
  );
  return problems.flatMap((problem) => {
    const path = pattern(problem.path);
    // A list of strings again: their error is at an element.
    if (theirs.some((place) => place === path || place.startsWith(`${path}[]`))) return [];
    const difference = STRICTER.find(({ where, found }) => where.test(path) && found.test(problem.found));
    if (difference === undefined) return [`only ours: ${problem.message}`];
    used.add(difference.reason);
    return [];
  });
}
