import { createRequire } from 'node:module';
import type { Koffi } from './koffi.ts';

/**
 * Loads koffi from the npm package beside us: the way of Node and Bun programs that use ocirun as a library.
 * The standalone executable is built with `koffi-embedded.ts` in the place of this file (tools/build.ts).
 */
export function loadKoffi(): Koffi {
  return createRequire(import.meta.url)('koffi') as Koffi;
}
