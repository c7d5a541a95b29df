/**
 * A copy of a JSON value without the properties that are null. Go's encoder writes a nil slice, map or pointer as null and
 * its decoder takes null as "not there" for any property; engines rely on it. Null elements of arrays stay: they are
 * wrong wherever an array is expected to hold something.
 */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}
