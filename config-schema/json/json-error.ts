/** The text is not JSON, or not JSON that config.json may hold. The message says line, column and what was found there. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;

  constructor(text: string, offset: number, problem: string) {
    const before = text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    super(`line ${line}, column ${column}: ${problem}`);
    this.line = line;
    this.column = column;
  }
}
