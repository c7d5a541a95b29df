import { parseConfig, type RunnableConfig } from '../../config-schema/index.ts';
import { readTextFile } from '../../native-bindings/files.ts';
import { isErrno } from '../../native-bindings/system-error.ts';
import { RuntimeError } from './runtime-error.ts';

const LIMIT_BYTES = 16 * 1024 * 1024;

/** The text of a bundle's config.json. @throws {RuntimeError} */
export function readConfigText(bundle: string): string {
  try {
    return readTextFile(`${bundle}/config.json`, LIMIT_BYTES);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) {
      throw new RuntimeError('INVALID_CONFIG', `JSON specification file config.json not found in ${bundle}`);
    }
    throw new RuntimeError('INVALID_CONFIG', `cannot read ${bundle}/config.json: ${message(error)}`, { cause: error });
  }
}

/**
 * Checks the text of a config.json.
 * @throws {RuntimeError} with all problems in one message, separated by `; `
 */
export function checkConfig(text: string): RunnableConfig {
  const parsed = parseConfig(text, { requireProcess: true });
  if (parsed.ok) return parsed.value;
  throw new RuntimeError(
    'INVALID_CONFIG',
    `invalid config.json: ${parsed.problems.map((problem) => problem.message).join('; ')}`,
  );
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
