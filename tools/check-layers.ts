import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkLayers } from './layers/check.ts';

/** `npm run lint:layers`: the layer rules of tools/layers/rules.ts against all sources. */

const root = dirname(import.meta.dirname);
const paths = [...new Bun.Glob('{src,native-bindings,config-schema,test,tools}/**/*.ts').scanSync(root)];
const breaches = checkLayers(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
for (const breach of breaches) console.error(breach);
console.log(`layers: ${paths.length} files, ${breaches.length} breaches`);
process.exit(breaches.length === 0 ? 0 : 1);
