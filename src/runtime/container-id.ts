import { RuntimeError } from './runtime-error.ts';

/** runc's grammar of container ids; the first character cannot be a dot, so that `.` and `..` are not ids. */
const GRAMMAR = /^[A-Za-z0-9_+-][A-Za-z0-9_+.-]*$/;
/** NAME_MAX: the id is the name of a directory. */
const MAX_BYTES = 255;

/** @throws {RuntimeError} for an id that is empty, too long, or could lead out of the state directory */
export function checkContainerId(id: string): void {
  if (id === '') throw new RuntimeError('INVALID_ARGUMENT', 'container id cannot be empty');
  if (id.length > MAX_BYTES) {
    throw new RuntimeError(
      'INVALID_ARGUMENT',
      `invalid container ID format: ${id.length} characters, at most ${MAX_BYTES}`,
    );
  }
  if (!GRAMMAR.test(id)) {
    throw new RuntimeError(
      'INVALID_ARGUMENT',
      `invalid container ID format: ${JSON.stringify(id)} may hold only letters, digits and _ + . -`,
    );
  }
}
