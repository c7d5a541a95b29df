import type { Path } from './problem.ts';
import { quote } from './show-value.ts';

/** `process.capabilities.bounding[0]`; a key that is not a plain name is quoted: `annotations["a.b"]`. */
export function showPath(path: Path): string {
  let shown = '';
  for (const step of path) {
    if (typeof step === 'number') shown += `[${step}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_]{0,59}$/.test(step)) shown += `[${quote(step)}]`;
    else shown += shown === '' ? step : `.${step}`;
  }
  return shown;
}
