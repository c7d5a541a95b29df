import { parseExactly } from './exact-parser.ts';
import { type Survey, survey } from './survey.ts';

/**
 * Parses a JSON document as the engine's own parser does, but exactly and more strictly:
 * - an integer that a number cannot hold (beyond 2^53) becomes a bigint; all other numbers stay numbers;
 * - a duplicate key is an error. Go takes the last one, other parsers the first: a document that an admission check and
 *   the runtime read differently is not run. Keys are matched with their case, as JSON has it (Go ignores the case);
 * - data behind the document is an error, and so is nesting deeper than 200 levels;
 * - a key `__proto__` becomes an ordinary property of that name; it never reaches a prototype.
 *
 * @throws JsonError with line and column
 */
export function parseJson(text: string): unknown {
  return parseSurveyed(text).value;
}

/** `parseJson`, and what the walk that it needs anyway has seen. */
export function parseSurveyed(text: string): { value: unknown; survey: Survey } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's messages differ between Node and Bun and lack the line: let the exact parser find the place.
    return surveyed(parseExactly(text));
  }
  const seen = survey(value);
  // JSON.parse drops duplicates, so fewer keys in the value than in the text mean that there are some, or that a string
  // looks like a key; either way the exact parser knows. Integers beyond 2^53 always come out as numbers beyond 2^53.
  if (seen.isTooDeep || seen.hasInexactNumber || seen.keys !== countKeyTokens(text))
    return surveyed(parseExactly(text));
  return { value, survey: seen };
}

function surveyed(value: unknown): { value: unknown; survey: Survey } {
  return { value, survey: survey(value) };
}

// Every key is followed by a colon, with nothing but white space between. Inside a string the same may occur, after an
// escaped quote: then the count is too high, never too low. No regular expression: compiling one costs more than this.
function countKeyTokens(text: string): number {
  let count = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1;
    while (before >= 0 && isWhiteSpace(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) === 0x22) count++;
  }
  return count;
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
