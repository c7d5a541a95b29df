/** The components of a path inside the container: relative paths start at `/`, `.` and `..` are resolved by name. */
export function components(path: string): string[] {
  const result: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') result.pop();
    else if (part !== '' && part !== '.') result.push(part);
  }
  return result;
}

/** A path inside the container as an absolute one without `.`, `..` and doubled slashes. */
export function cleanPath(path: string): string {
  return `/${components(path).join('/')}`;
}
