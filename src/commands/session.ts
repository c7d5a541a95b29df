import type { Logger } from '../log/logger.ts';
import type { RuntimeContext } from '../runtime/context.ts';
import type { RootDirectory } from './root-directory.ts';

/** What the global flags come to, for the command that follows them. */
export interface Session {
  readonly context: RuntimeContext;
  readonly root: RootDirectory;
  readonly logger: Logger;
}
