/** Deeper documents are refused: the specification needs 7 levels, and walking a document must not exhaust the stack. */
export const MAX_DEPTH = 200;

/** What one walk over a parsed document learns. */
export interface Survey {
  /** How many properties all objects hold together. */
  keys: number;
  /** A property or an array element is null. */
  hasNull: boolean;
  /** A number is not exact: the text had an integer beyond 2^53 (or a number as large, such as 1e300). */
  hasInexactNumber: boolean;
  /** A property is called `__proto__`. */
  hasProtoKey: boolean;
  /** Nested deeper than MAX_DEPTH, or cyclic. */
  isTooDeep: boolean;
}

/**
 * Walks a value as JSON.parse returns it, or as a program built it. One loop instead of a recursion: a small function that is
 * called a hundred times is already worth a compilation to the engine, which then costs more than the walk.
 */
export function survey(value: unknown): Survey {
  const result: Survey = { keys: 0, hasNull: false, hasInexactNumber: false, hasProtoKey: false, isTooDeep: false };
  const pending: unknown[] = [[value]];
  const depths: number[] = [0];
  for (let holder = pending.pop(); holder !== undefined; holder = pending.pop()) {
    const depth = depths.pop() ?? 0;
    const isArray = Array.isArray(holder);
    for (const key in holder as object) {
      if (!isArray) {
        result.keys++;
        if (key === '__proto__') result.hasProtoKey = true;
      }
      const member = (holder as Record<string, unknown>)[key];
      if (typeof member === 'string') continue;
      if (member === null) result.hasNull = true;
      else if (typeof member === 'object') {
        if (depth === MAX_DEPTH) result.isTooDeep = true;
        else {
          pending.push(member);
          depths.push(depth + 1);
        }
      } else if (typeof member === 'number' && (member > Number.MAX_SAFE_INTEGER || member < Number.MIN_SAFE_INTEGER)) {
        result.hasInexactNumber = true;
      }
    }
  }
  return result;
}
