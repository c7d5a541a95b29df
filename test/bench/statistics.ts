/** What a row of the table says of many measurements. */
export interface Summary {
  readonly median: number;
  /** A tenth of the measurements is below: what the command costs when nothing is in its way. */
  readonly p10: number;
}

export function summarise(values: readonly number[]): Summary {
  return { median: quantile(values, 0.5), p10: quantile(values, 0.1) };
}

/** Linear between the two nearest measurements. @throws {RangeError} without any */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new RangeError('no measurements');
  return below + (above - below) * (place - Math.floor(place));
}
