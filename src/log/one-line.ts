const LIMIT_BYTES = 4096;
const CUT = '…';

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * C0, DEL, C1, and the characters that break lines or turn the direction of writing. Messages quote names out of
 * config.json and words of the container's kernel; none of them may forge a second record or steer a terminal.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * `text` as one line of at most 4 KiB of UTF-8 with every control character made visible (`\n`, `\x1b`, `\u2028`).
 * Engines read the runtime's stderr in one piece of 8 KiB, so a message that is longer would lose its end there anyway.
 */
export function oneLine(text: string): string {
  return cut(text.trimEnd().replace(UNSAFE, visible));
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  return NAMED[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

function cut(text: string): string {
  // A UTF-16 unit is at most 3 bytes of UTF-8: short texts need no encoding to be known to fit.
  if (text.length * 3 <= LIMIT_BYTES) return text;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= LIMIT_BYTES) return text;
  let end = LIMIT_BYTES - new TextEncoder().encode(CUT).length;
  // 10xxxxxx continues a character: a cut must not fall before one.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return new TextDecoder().decode(bytes.subarray(0, end)) + CUT;
}
