/** One import of a source file. */
export interface Import {
  /** What it names: `./kill.ts`, `koffi`, `node:fs`. */
  readonly specifier: string;
  /** True when only types are imported, which leave nothing behind at run time. */
  readonly typeOnly: boolean;
  /** The line that it stands on, from 1. */
  readonly line: number;
}

const STATIC = /^[ \t]*(?:import|export)[ \t]+(type\b)?[^'"`;]*?from[ \t\n]*'([^']+)'/gm;
const SIDE_EFFECT = /^[ \t]*import[ \t]+'([^']+)'/gm;
const TYPE_EXPRESSION = /\btypeof import\('([^']+)'\)/g;
const DYNAMIC = /(?<!typeof )\b(?:import|require|createRequire\([^)]*\))\('([^']+)'\)/g;

/** The imports of a TypeScript source in this project's format (single quotes), in the order of their lines. */
export function importsOf(source: string): Import[] {
  const text = withoutComments(source);
  const found: Import[] = [];
  const add = (match: RegExpMatchArray, specifier: string | undefined, typeOnly: boolean): void => {
    if (specifier === undefined) return;
    const end = (match.index ?? 0) + match[0].length;
    found.push({ specifier, typeOnly, line: text.slice(0, end).split('\n').length });
  };
  for (const match of text.matchAll(STATIC)) add(match, match[2], match[1] !== undefined);
  for (const match of text.matchAll(SIDE_EFFECT)) add(match, match[1], false);
  for (const match of text.matchAll(TYPE_EXPRESSION)) add(match, match[1], true);
  for (const match of text.matchAll(DYNAMIC)) add(match, match[1], false);
  return found.sort((a, b) => a.line - b.line);
}

/** Blanks comments out and leaves the lines where they are. A `//` inside a string is taken for one; imports have none. */
function withoutComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}
