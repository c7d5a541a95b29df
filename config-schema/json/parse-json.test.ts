import { describe, expect, test } from 'bun:test';
import { defaultConfig } from '../testing/default-config.ts';
import { fullConfig } from '../testing/full-config.ts';
import { jsonText } from '../testing/json-text.ts';
import { Random } from '../testing/random.ts';
import { parseExactly } from './exact-parser.ts';
import { JsonError } from './json-error.ts';
import { parseJson } from './parse-json.ts';

function messageOf(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('integers', () => {
  const EXACT = [
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    '18446744073709551615',
    '18446744073709551616',
    '100000000000000000000000000000000000001',
  ];
  for (const text of EXACT) {
    test(`${text} is exact`, () => expect(parseJson(`{"a":[${text}]}`)).toEqual({ a: [BigInt(text)] }));
  }

  const ORDINARY = [
    '0',
    '-0',
    '9007199254740991',
    '-9007199254740991',
    '1e3',
    '1.0',
    '0.12345678901234567890',
    '1e17',
    '1e400',
  ];
  for (const text of ORDINARY) {
    test(`${text} stays a number`, () => expect(parseJson(text)).toBe(JSON.parse(text)));
  }

  test('ordinary numbers beside a long one stay numbers', () => {
    expect(parseJson('[1, 18446744073709551615, 2.5]')).toEqual([1, 18446744073709551615n, 2.5]);
  });

  test('a long run of digits inside a string is none', () => {
    expect(parseJson('{"id":"12345678901234567890"}')).toEqual({ id: '12345678901234567890' });
  });
});

describe('keys', () => {
  test('__proto__ is an ordinary property, in both parsers', () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":18446744073709551615}}']) {
      const value = parseJson(text) as Record<string, unknown>;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value)).toEqual(['__proto__']);
      expect('polluted' in {}).toBe(false);
    }
  });

  test('a text that looks like a key inside a string is none', () => {
    const value = { 'a": ': 'b" : c', 'd\\"': ':' };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  test('differ by case', () => expect(parseJson('{"Process":1,"process":2}')).toEqual({ Process: 1, process: 2 }));
});

const DEEP = 201;
const MESSAGES: readonly (readonly [string, string, string])[] = [
  ['empty', '', 'line 1, column 1: expected a value, found the end of the document: it is truncated or empty'],
  [
    'white space',
    ' \n ',
    'line 2, column 2: expected a value, found the end of the document: it is truncated or empty',
  ],
  [
    'truncated object',
    '{\n  "a": 1,',
    'line 2, column 10: expected a property name in double quotes, found the end of the document: it is truncated or empty',
  ],
  [
    'truncated string',
    '{"a": "b',
    'line 1, column 9: expected a closing double quote, found the end of the document: it is truncated or empty',
  ],
  [
    'truncated array',
    '[1',
    'line 1, column 3: expected "," or "]", found the end of the document: it is truncated or empty',
  ],
  ['trailing comma', '[1,]', 'line 1, column 4: expected a value, found "]"'],
  ['trailing data', '{} {}', 'line 1, column 4: expected the end of the document, found "{"'],
  ['single quotes', "{'a':1}", 'line 1, column 2: expected a property name in double quotes, found "\'"'],
  ['missing colon', '{"a" 1}', 'line 1, column 6: expected ":" after the property name "a", found "1"'],
  ['word', '{"a": yes}', 'line 1, column 7: expected a value, found "yes"'],
  ['comment', '{\n  // x\n}', 'line 2, column 3: expected a property name in double quotes, found "/"'],
  ['NUL between tokens', '{\0}', 'line 1, column 2: expected a property name in double quotes, found a NUL character'],
  ['NUL in a string', '["a\0b"]', 'line 1, column 4: expected a closing double quote, found a NUL character'],
  [
    'line break in a string',
    '["a\nb"]',
    'line 1, column 4: expected a closing double quote, found the control character "\\n"',
  ],
  ['bad escape', '["\\x41"]', 'line 1, column 3: unknown escape in a string'],
  ['leading zero', '[012]', 'line 1, column 2: malformed number'],
  ['bare minus', '[-]', 'line 1, column 2: expected a digit after "-"'],
  ['fraction without digits', '[1.]', 'line 1, column 2: malformed number'],
  ['byte order mark', '\ufeff{}', 'line 1, column 1: expected a value, found "\\ufeff"'],
  ['duplicate key', '{"a":1,\n "a":2}', 'line 2, column 2: duplicate property "a"'],
  ['duplicate key, nested', '{"p":{"b":[{"c":1,"c":1}]}}', 'line 1, column 19: duplicate property "c"'],
  ['duplicate key, written differently', '{"a":1,"\\u0061":2}', 'line 1, column 8: duplicate property "a"'],
  ['deep', '['.repeat(DEEP) + ']'.repeat(DEEP), 'line 1, column 201: nested deeper than 200 levels'],
  ['deep objects', `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`, 'line 1, column 1001: nested deeper than 200 levels'],
  ['endless number', `[${'9'.repeat(2000)}]`, 'line 1, column 2: a number of 2000 digits'],
];

describe('errors say where and what', () => {
  for (const [name, text, message] of MESSAGES) test(name, () => expect(messageOf(text)).toBe(message));

  test('200 levels are not too deep', () => expect(messageOf('['.repeat(200) + ']'.repeat(200))).toBe('no error'));

  test('a million levels, closed or not, are refused at once', () => {
    expect(messageOf('['.repeat(1e6))).toBe('line 1, column 201: nested deeper than 200 levels');
    expect(messageOf('['.repeat(1e6) + ']'.repeat(1e6))).toBe('line 1, column 201: nested deeper than 200 levels');
  });

  test('a string of 16 MiB', () => {
    const text = `["${'a'.repeat(2 ** 24)}", 18446744073709551615]`;
    expect((parseJson(text) as unknown[])[1]).toBe(18446744073709551615n);
  });
});

describe('the exact parser and JSON.parse', () => {
  const sources = [JSON.stringify(defaultConfig(), null, 2), jsonText(fullConfig())].map((text) =>
    text.replaceAll(/\d{16,}/g, '7'),
  );
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '-',
    '0',
    '1e',
    '.5',
    'true',
    'nul',
    ' ',
    '\n',
    '\u0001',
    '\\u00e9',
    '\ud800',
  ];

  test('agree on 6000 damaged documents', () => {
    const random = new Random(1);
    let accepted = 0;
    for (let round = 0; round < 6000; round++) {
      const source = random.pick(sources);
      const at = random.below(source.length);
      // Half of them cut out a short part, so that more than a few stay JSON.
      const text =
        round % 2
          ? source.slice(0, at) + random.pick(pieces) + source.slice(at + random.below(3))
          : small(random, pieces);
      const expected = outcome(() => JSON.parse(text));
      const actual = outcome(() => parseExactly(text));
      if (actual.error?.includes('duplicate property')) continue;
      if (expected.error === undefined) accepted++;
      expect([text, actual.error === undefined]).toEqual([text, expected.error === undefined]);
      expect(actual.value).toEqual(expected.value);
    }
    expect(accepted).toBeGreaterThan(500);
  });
});

/** A short text of random pieces: many are JSON. */
function small(random: Random, pieces: readonly string[]): string {
  const inner = Array.from({ length: random.below(4) }, () => random.pick([...pieces, '1', '"a"', 'null', '[]']));
  return random.pick([(text: string) => `[${text}]`, (text: string) => `{"k":${text}}`, (text: string) => text])(
    inner.join(''),
  );
}

function outcome(parse: () => unknown): { value?: unknown; error?: string } {
  try {
    return { value: parse() };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof JsonError)) throw error;
    return { error: error.message };
  }
}
