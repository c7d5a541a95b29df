/** How grave a log record is, gravest first. The words are those that container engines look for. */
export const LEVELS = ['error', 'warning', 'info', 'debug'] as const;

export type Level = (typeof LEVELS)[number];

/** True when a record of `level` passes a log whose threshold is `threshold`. */
export function passes(level: Level, threshold: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(threshold);
}
