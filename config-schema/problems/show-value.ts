const MAX_LENGTH = 60;

// C0, DEL, C1, line separators, the marks that reorder text on a terminal (bidirectional overrides), lone surrogates.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeUnprintable(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function escaped(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(UNPRINTABLE, escapeUnprintable);
}

/** A string in double quotes, shortened to 60 characters, control characters escaped: safe to print on a terminal. */
export function quote(text: string): string {
  if (text.length <= MAX_LENGTH) return `"${escaped(text)}"`;
  const cut = text.slice(0, MAX_LENGTH - 3);
  // Not through the middle of a surrogate pair.
  return `"${escaped(/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut)}..."`;
}

/** Any value of a document in a few words, safe to print on a terminal: `"text"`, `5`, `[1, 2, ...]`, `{"path": ...}`. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${listed(value.map(showNested))}]`;
  if (typeof value === 'object' && value !== null)
    return `{${listed(Object.keys(value).map((key) => `${quote(key)}: ...`))}}`;
  const shown = String(value);
  return shown.length <= MAX_LENGTH ? shown : `${shown.slice(0, MAX_LENGTH - 3)}...`;
}

function showNested(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : '[...]';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : '{...}';
  return showValue(value);
}

/** As many items as fit into the length, at least the first. */
function listed(items: readonly string[]): string {
  let shown = items[0] ?? '';
  for (const [index, item] of items.slice(1).entries()) {
    const longer = `${shown}, ${item}`;
    if (longer.length + (index + 2 < items.length ? ', ...'.length : 0) > MAX_LENGTH - 2) return `${shown}, ...`;
    shown = longer;
  }
  return shown;
}
