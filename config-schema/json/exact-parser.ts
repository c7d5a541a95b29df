import { quote } from '../problems/show-value.ts';
import { JsonError } from './json-error.ts';
import { MAX_DEPTH } from './survey.ts';

// BigInt() of a decimal string takes quadratic time; no property holds more than 20 digits.
const MAX_DIGITS = 1000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;

/**
 * Parses JSON (RFC 8259) as `parse-json.ts` describes. A parser of our own because Node 20 lacks the source text access
 * of JSON.parse, and because the engines' messages say neither line nor column.
 *
 * @throws JsonError with line and column
 */
export function parseExactly(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value(MAX_DEPTH);
  reader.end();
  return value;
}

class Reader {
  private readonly text: string;
  private offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(levelsLeft: number): unknown {
    this.skipWhiteSpace();
    const first = this.text[this.offset];
    if (first === '{' || first === '[') {
      if (levelsLeft === 0) throw this.error(`nested deeper than ${MAX_DEPTH} levels`);
      return first === '{' ? this.object(levelsLeft - 1) : this.array(levelsLeft - 1);
    }
    if (first === '"') return this.string();
    if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return this.number();
    return this.literal();
  }

  end(): void {
    this.skipWhiteSpace();
    if (this.offset < this.text.length) throw this.unexpected('the end of the document');
  }

  private object(levelsLeft: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    if (this.opens('}')) return result;
    do {
      this.skipWhiteSpace();
      const start = this.offset;
      if (this.text[start] !== '"') throw this.unexpected('a property name in double quotes');
      const key = this.string();
      if (Object.hasOwn(result, key)) throw this.error(`duplicate property ${quote(key)}`, start);
      this.skipWhiteSpace();
      if (this.text[this.offset] !== ':') throw this.unexpected(`":" after the property name ${quote(key)}`);
      this.offset++;
      const value = this.value(levelsLeft);
      // Assignment would set the prototype.
      if (key === '__proto__') {
        Object.defineProperty(result, key, { value, writable: true, enumerable: true, configurable: true });
      } else result[key] = value;
    } while (this.continues('}'));
    return result;
  }

  private array(levelsLeft: number): unknown[] {
    const result: unknown[] = [];
    if (this.opens(']')) return result;
    do result.push(this.value(levelsLeft));
    while (this.continues(']'));
    return result;
  }

  /** Steps over the opening bracket; true if the closing one follows at once. */
  private opens(closing: string): boolean {
    this.offset++;
    this.skipWhiteSpace();
    if (this.text[this.offset] !== closing) return false;
    this.offset++;
    return true;
  }

  /** Steps over the "," between two elements, or over the closing bracket. */
  private continues(closing: string): boolean {
    this.skipWhiteSpace();
    const next = this.text[this.offset];
    if (next !== ',' && next !== closing) throw this.unexpected(`"," or "${closing}"`);
    this.offset++;
    return next === ',';
  }

  // A loop, since a regular expression with a repeated alternative exhausts the engine's stack on a string of megabytes.
  private string(): string {
    const start = this.offset++;
    let hasEscape = false;
    for (;;) {
      const code = this.text.charCodeAt(this.offset);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        hasEscape = true;
        if (this.match(ESCAPE) === undefined) throw this.error('unknown escape in a string');
      } else if (code >= 0x20) this.offset++;
      // Also at the end of the text, where the code is NaN.
      else throw this.unexpected('a closing double quote');
    }
    this.offset++;
    const token = this.text.slice(start, this.offset);
    return hasEscape ? (JSON.parse(token) as string) : token.slice(1, -1);
  }

  private number(): number | bigint {
    const start = this.offset;
    NUMBER.lastIndex = start;
    const match = NUMBER.exec(this.text);
    if (!match) throw this.error('expected a digit after "-"');
    const token = match[0];
    this.offset += token.length;
    if (/[0-9.A-Za-z_+-]/.test(this.text[this.offset] ?? '')) throw this.error('malformed number', start);
    const number = Number(token);
    if (match[1] !== undefined || match[2] !== undefined || Number.isSafeInteger(number)) return number;
    if (token.length > MAX_DIGITS) throw this.error(`a number of ${token.length} digits`, start);
    return BigInt(token);
  }

  private literal(): boolean | null {
    const start = this.offset;
    const word = this.match(WORD);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    this.offset = start;
    throw this.unexpected('a value');
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const token = pattern.exec(this.text)?.[0];
    if (token !== undefined) this.offset += token.length;
    return token;
  }

  private skipWhiteSpace(): void {
    this.match(WHITE_SPACE);
  }

  private unexpected(wanted: string): JsonError {
    const offset = this.offset;
    return this.error(`expected ${wanted}, found ${this.found()}`, offset);
  }

  private found(): string {
    const code = this.text.codePointAt(this.offset);
    if (code === undefined) return 'the end of the document: it is truncated or empty';
    if (code === 0) return 'a NUL character';
    // A line break inside a string, above all.
    if (code < 0x20) return `the control character ${quote(String.fromCodePoint(code))}`;
    return quote(this.match(WORD) ?? String.fromCodePoint(code));
  }

  private error(problem: string, offset = this.offset): JsonError {
    return new JsonError(this.text, offset, problem);
  }
}
