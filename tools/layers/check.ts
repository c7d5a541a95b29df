import { dirname, join } from 'node:path/posix';
import { importsOf } from './imports.ts';
import { LINE_LIMIT, NOT_SHIPPED, PACKAGES, PARTS, TABLES } from './rules.ts';

/** Source texts by path, relative to the root of the repository. */
export type Sources = ReadonlyMap<string, string>;

/** Every breach of the layer rules, as `path:line: what is wrong`, sorted. */
export function checkLayers(sources: Sources): string[] {
  const breaches: string[] = [];
  const edges = new Map<string, Map<string, string>>();
  for (const [path, source] of sources) {
    breaches.push(...lengthBreach(path, source));
    if (!isShipped(path)) continue;
    for (const { specifier, typeOnly, line } of importsOf(source)) {
      const where = `${path}:${line}`;
      const breach = specifier.startsWith('.') ? pathBreach(path, specifier) : packageBreach(path, specifier);
      if (breach !== undefined) breaches.push(`${where}: ${breach}`);
      // Types leave nothing to load: they may point back at who uses them, values may not.
      if (specifier.startsWith('.') && !typeOnly) {
        edges.set(path, (edges.get(path) ?? new Map()).set(join(dirname(path), specifier), where));
      }
    }
  }
  return [...breaches, ...cycles(edges)].sort();
}

const isShipped = (path: string): boolean => !NOT_SHIPPED.some((pattern) => pattern.test(path));

function lengthBreach(path: string, source: string): string[] {
  const lines = source.trimEnd().split('\n').length;
  if (lines <= LINE_LIMIT || TABLES.some((pattern) => pattern.test(path))) return [];
  return [`${path}: ${lines} lines; a file holds one idea, in at most ${LINE_LIMIT}`];
}

function pathBreach(path: string, specifier: string): string | undefined {
  const target = join(dirname(path), specifier);
  if (!/\.(ts|json)$/.test(target)) return `imports '${specifier}' without its extension`;
  if (!isShipped(target)) return `imports ${target}, which is there for tests and tools alone`;
  const from = PARTS.find(({ folder }) => path.startsWith(folder));
  const to = PARTS.find(({ folder }) => target.startsWith(folder));
  if (from === undefined || to === undefined)
    return `${from ? target : path} belongs to no layer: see tools/layers/rules.ts`;
  if (from === to || from.knows.includes(to.name)) return undefined;
  return `${from.name} must not know ${to.name}, but imports ${target}`;
}

function packageBreach(path: string, specifier: string): string | undefined {
  const segments = specifier.split('/');
  const name = specifier.startsWith('@') ? segments.slice(0, 2).join('/') : (segments[0] ?? specifier);
  const allowed = PACKAGES[name] ?? [];
  if (allowed.some((prefix) => path.startsWith(prefix))) return undefined;
  return `imports '${specifier}', ${allowed.length === 0 ? 'which no layer may' : `which only ${allowed.join(', ')} may`}`;
}

/**
 * Files that import one another in a circle: one report for each import that closes a circle. (Parts of the project
 * cannot, by the rules; inside a part, a folder and the one above it may use each other's files.)
 */
function cycles(edges: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] {
  const breaches: string[] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    trail.push(file);
    for (const [next, where] of edges.get(file) ?? []) {
      const start = trail.indexOf(next);
      if (start >= 0)
        breaches.push(`${where}: files import in a circle: ${[...trail.slice(start), next].join(' -> ')}`);
      else if (!done.has(next)) visit(next);
    }
    trail.pop();
    done.add(file);
  };
  for (const file of edges.keys()) if (!done.has(file)) visit(file);
  return breaches;
}
