/**
 * Whether `linux.seccomp` asks for no filter: CRI-O sends `{}`, and Go writes the empty struct as `{"defaultAction": ""}`.
 *
 * @param seccomp the property as it stands in the document
 */
export function isSeccompDisabled(seccomp: unknown): boolean {
  if (typeof seccomp !== 'object' || seccomp === null || Array.isArray(seccomp)) return false;
  return Object.entries(seccomp).every(([key, value]) => (key === 'defaultAction' ? value === '' : isEmptyList(value)));
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
