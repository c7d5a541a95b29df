/**
 * Whether a text is a version 1.x.y (semver.org, items 2, 9 and 10: `1.3.0`, `1.0.2-dev`, `1.2.0+build.5`). Written without a
 * regular expression: it is the only one that every config would need, and to compile it takes longer than this.
 */
export function isVersion1(text: string): boolean {
  if (!text.startsWith('1.')) return false;
  const minorEnd = numberEnd(text, 2);
  if (minorEnd === -1 || text[minorEnd] !== '.') return false;
  const patchEnd = numberEnd(text, minorEnd + 1);
  return patchEnd !== -1 && (patchEnd === text.length || isSuffix(text.slice(patchEnd)));
}

/** Where the number without leading zeros that starts here ends, or -1. */
function numberEnd(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end === start || (text[start] === '0' && end > start + 1) ? -1 : end;
}

function isSuffix(suffix: string): boolean {
  return /^(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(suffix);
}
