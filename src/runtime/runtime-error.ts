/** The closed set of reasons for which the runtime fails. */
export type ErrorCode =
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'INVALID_CONFIG'
  | 'INVALID_ARGUMENT'
  | 'WRONG_STATE'
  | 'KERNEL'
  | 'UNSUPPORTED'
  | 'TIMEOUT';

/** A failure of a container operation, in one line for people, with a code for programs. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: ErrorCode;
  /** Where in config.json it came from, for example `mounts[3].destination`. */
  readonly configPath: string | undefined;

  constructor(code: ErrorCode, message: string, options: { configPath?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.configPath = options.configPath;
  }
}
