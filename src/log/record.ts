import type { Level } from './level.ts';
import { oneLine } from './one-line.ts';

export type LogFormat = 'text' | 'json';

export interface LogRecord {
  readonly level: Level;
  readonly message: string;
  readonly time: Date;
}

/**
 * A record as one line without its newline, in the shape that engines parse: JSON with the keys in alphabetical order,
 * or `time="…" level=error msg="…"`. The time is RFC 3339 in UTC, whole seconds.
 */
export function formatRecord(format: LogFormat, record: LogRecord): string {
  const time = record.time.toISOString().replace(/\.\d+Z$/, 'Z');
  const msg = oneLine(record.message);
  if (format === 'json') return JSON.stringify({ level: record.level, msg, time });
  return `time=${quoteWhereNeeded(time)} level=${record.level} msg=${quoteWhereNeeded(msg)}`;
}

function quoteWhereNeeded(value: string): string {
  if (/^[A-Za-z0-9._/@^+-]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
