/**
 * `path` made absolute against `cwd` and cleaned of `.`, `..` and doubled slashes, by its text alone: links are not
 * looked at. (node:path does the same; importing it costs a command half a millisecond.)
 */
export function absolutePath(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
