/** A failure that has to do with a container's cgroup, in one line for people. */
export class CgroupError extends Error {
  override readonly name = 'CgroupError';
  /** Where in config.json it came from, for example `linux.cgroupsPath`. */
  readonly configPath: string | undefined;

  constructor(message: string, options: { configPath?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.configPath = options.configPath;
  }
}
