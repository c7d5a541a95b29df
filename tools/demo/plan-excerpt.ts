/** Parts of the text that `ocirun plan` prints. */

const CALL = /^ +\d+ {2}/;
/** The executor's own comparison of values: no system call. */
const CHECK = /^ +\d+ {2}check\(/;

/** How many system calls a plan has. */
export function planCalls(text: string): number {
  return text.split('\n').filter((line) => CALL.test(line) && !CHECK.test(line)).length;
}

/** The calls that mount /proc, with the line that says what they are for. */
export function planExcerpt(text: string): string {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.includes('mount proc on /proc'));
  const length = lines.slice(start + 1).findIndex((line) => !CALL.test(line));
  return lines
    .slice(start, start + 1 + length)
    .map((line) => line.slice(2))
    .join('\n');
}
