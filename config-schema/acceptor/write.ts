// Writes acceptors.generated.ts; to be run with Bun after a change of a schema.
import { writeFileSync } from 'node:fs';
import { acceptorsSource } from './accepted-schemas.ts';

writeFileSync(new URL('./acceptors.generated.ts', import.meta.url), acceptorsSource());
