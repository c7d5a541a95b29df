import type { Summary } from './statistics.ts';

/** One line of the report: a value for each runtime, and what is wanted of ocirun. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: ReadonlyMap<string, Summary | number>;
  readonly targets: readonly Target[];
}

/** At most `factor` times another runtime's value, or at most `limit`. */
export type Target = { readonly rival: string; readonly factor: number } | { readonly limit: number };

const OURS = 'ocirun';

/** The report as a Markdown table. Times are medians, with the tenth percentile in parentheses. */
export function table(rows: readonly Row[], rivals: readonly string[]): string {
  const others = rivals.filter((name) => name !== OURS);
  const head = ['', ...rivals, ...others.map((name) => `of ${name}`), 'target', ''];
  const lines = rows.map((row) => {
    const verdicts = row.targets.map((target) => verdict(row, target));
    return [
      row.unit === '' ? row.name : `${row.name}, ${row.unit}`,
      ...rivals.map((name) => shown(row.values.get(name))),
      ...others.map((name) => ratioText(row, name)),
      row.targets.map(targetText).join(', '),
      verdicts.length === 0 ? '' : verdicts.every((met) => met !== false) ? word(verdicts) : '**missed**',
    ];
  });
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A target against a runtime that is not installed is neither met nor missed. */
const word = (verdicts: readonly (boolean | undefined)[]) => (verdicts.includes(true) ? 'met' : '?');

/** Whether a target is met; undefined when there is nothing to compare with. */
export function verdict(row: Row, target: Target): boolean | undefined {
  const ours = middle(row.values.get(OURS));
  if (ours === undefined) return undefined;
  if ('limit' in target) return ours <= target.limit;
  const theirs = middle(row.values.get(target.rival));
  return theirs === undefined ? undefined : ours <= target.factor * theirs;
}

function middle(value: Summary | number | undefined): number | undefined {
  return typeof value === 'object' ? value.median : value;
}

function shown(value: Summary | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object'
    ? `${value.median.toFixed(2)} (${value.p10.toFixed(2)})`
    : String(Math.round(value * 10) / 10);
}

function ratioText(row: Row, name: string): string {
  const [ours, theirs] = [middle(row.values.get(OURS)), middle(row.values.get(name))];
  return ours === undefined || theirs === undefined ? '' : `${(ours / theirs).toFixed(2)} ×`;
}

function targetText(target: Target): string {
  return 'limit' in target ? `≤ ${target.limit}` : `≤ ${target.factor} × ${target.rival}`;
}
