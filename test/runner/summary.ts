/** What a run of `bun test` came to. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** The full names of the tests that were skipped. */
  readonly skipped: readonly string[];
}

/**
 * Reads the output of `bun test`. A run that ended without its own count (it crashed, or there was nothing to run) and
 * a file that could not be loaded count as failures: neither may look like success.
 * @param exitCode of `bun test`, null when a signal ended it
 */
export function summaryOf(output: string, exitCode: number | null): Summary {
  const lines = output.split('\n').map(withoutColours);
  const counted = lines.some((line) => /^Ran \d+ tests? across /.test(line));
  // Failures between tests (of a file that does not load) are among `fail` already.
  const failed = sum(lines, 'fail');
  const silent = !counted || (exitCode !== 0 && failed === 0);
  // Long runs end in lists of the tests that were skipped or failed, in the words of the lines before them.
  const lists = lines.findIndex((line) => /^\d+ tests? (skipped|todo|failed):$/.test(line));
  const skipped = (lists < 0 ? lines : lines.slice(0, lists)).flatMap(
    (line) => /^\((?:skip|todo)\) (.*)$/.exec(line)?.[1] ?? [],
  );
  return { passed: sum(lines, 'pass'), failed: failed + (silent ? 1 : 0), skipped };
}

/** The sum of several runs. */
export function total(summaries: readonly Summary[]): Summary {
  return {
    passed: summaries.reduce((count, { passed }) => count + passed, 0),
    failed: summaries.reduce((count, { failed }) => count + failed, 0),
    skipped: summaries.flatMap(({ skipped }) => skipped),
  };
}

/** True when the name tells in brackets why the test is skipped: `device programs (needs root) > a device`. */
export function givesReason(name: string): boolean {
  return /\([^()]{4,}\)/.test(name);
}

/** The last line of a run, for people and for machines that look for it. */
export function lastLine({ passed, failed, skipped }: Summary): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

function sum(lines: readonly string[], word: string): number {
  const pattern = new RegExp(`^ *(\\d+) ${word}$`);
  return lines.reduce((count, line) => count + Number(pattern.exec(line)?.[1] ?? 0), 0);
}

function withoutColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  return line.replace(/\u001b\[[0-9;]*m/g, '').trimEnd();
}
