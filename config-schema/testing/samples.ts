import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = process.env.OCIRUN_SPEC_SAMPLES ?? join(import.meta.dirname, '../../../shared/oci');

/** Where the specification's schemas and samples are, or undefined where they are not at hand. */
export const specFolder: string | undefined = existsSync(join(FOLDER, 'runtime-spec/schema'))
  ? join(FOLDER, 'runtime-spec/schema')
  : undefined;

/** For the name of a skipped test. */
export const SKIP_REASON = 'skipped: no ../shared/oci and no OCIRUN_SPEC_SAMPLES';

export interface Sample {
  readonly name: string;
  readonly text: string;
}

/** The samples of one kind: `config/good`, `state/bad`. */
export function samples(kind: string): Sample[] {
  if (specFolder === undefined) return [];
  const folder = join(specFolder, 'test', kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({
    name: basename(file, '.json'),
    text: readFileSync(join(folder, file), 'utf8'),
  }));
}

/** Another file of the test data, relative to its root. */
export function specFile(path: string): string {
  return readFileSync(join(FOLDER, path), 'utf8');
}
