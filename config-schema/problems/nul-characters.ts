import type { Path } from './problem.ts';

/**
 * Every string with a NUL character, keys of objects included. The kernel ends a string there: a path or an argument that
 * was checked as one thing would be used as another.
 */
export function nulCharacterProblems(value: unknown, path: Path = []): NulProblem[] {
  if (typeof value === 'string') return value.includes('\0') ? [nulProblem(path, value)] : [];
  if (Array.isArray(value)) return value.flatMap((element, index) => nulCharacterProblems(element, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...path, key];
    return key.includes('\0') ? [nulProblem(place, key)] : nulCharacterProblems(member, place);
  });
}

export interface NulProblem {
  readonly path: Path;
  readonly rule: 'structure';
  readonly wanted: string;
  readonly found: string;
}

function nulProblem(path: Path, found: string): NulProblem {
  return { path, rule: 'structure', wanted: 'a string without NUL characters', found };
}
