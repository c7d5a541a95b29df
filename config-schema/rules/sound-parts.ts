import type { Path } from '../problems/problem.ts';

/**
 * A copy of a document without the values at the given paths, so that rules can judge the rest of it by its types.
 * A removed element of an array leaves a hole: `forEach` and `some` step over it, and the others keep their index.
 */
export function soundParts(value: unknown, broken: readonly Path[]): unknown {
  const copy = copyOf(value);
  for (const path of broken) remove(copy, path);
  return copy;
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyOf(member)]));
}

function remove(value: unknown, path: Path): void {
  let holder: unknown = value;
  for (const step of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return;
    holder = Reflect.get(holder, step);
  }
  const last = path.at(-1);
  if (last !== undefined && typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, last);
}
