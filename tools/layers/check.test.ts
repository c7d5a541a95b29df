import { describe, expect, test } from 'bun:test';
import { checkLayers } from './check.ts';
import { importsOf } from './imports.ts';

const check = (sources: Record<string, string>) => checkLayers(new Map(Object.entries(sources)));

describe('importsOf', () => {
  test('finds every form, with its line', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "// import './no.ts';",
      'import {',
      '  c,',
      '  type D,',
      "} from './c.ts';",
      "export * from './d.ts';",
      "export type { E } from './e.ts';",
      "import './f.ts';",
      "const g = await import('./g.ts');",
      "type H = typeof import('./h.ts');",
      "const i = require('i') as typeof import('i');",
      "/* import './no.ts'; */",
    ].join('\n');
    expect(
      importsOf(source).map(({ specifier, typeOnly, line }) => `${line} ${specifier}${typeOnly ? ' type' : ''}`),
    ).toEqual([
      '1 ./a.ts',
      '2 ./b.ts type',
      '7 ./c.ts',
      '8 ./d.ts',
      '9 ./e.ts type',
      '10 ./f.ts',
      '11 ./g.ts',
      '12 ./h.ts type',
      '13 i type',
      '13 i',
    ]);
  });
});

describe('checkLayers', () => {
  test('down is fine', () => {
    expect(
      check({
        'src/main.ts': "import { run } from './commands/run.ts';",
        'src/commands/run.ts': "import { Command } from 'commander';\nimport { run } from '../runtime/run.ts';",
        'src/runtime/run.ts': "import { plan } from '../plan/plan.ts';",
        'src/plan/plan.ts': "import type { Config } from '../../config-schema/index.ts';",
        'config-schema/index.ts': "import * as z from 'zod/mini';",
        'native-bindings/koffi-package.ts': "import { createRequire } from 'node:module';",
        'src/plan/plan.test.ts': "import { readFileSync } from 'node:fs';\nimport { run } from '../commands/run.ts';",
      }),
    ).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['src/plan/a.ts', "import { run } from '../runtime/run.ts';", 'plan must not know runtime'],
    ['src/plan/a.ts', "import type { Run } from '../runtime/run.ts';", 'plan must not know runtime'],
    ['src/runtime/a.ts', "import { x } from '../commands/run.ts';", 'runtime must not know commands'],
    ['src/cgroups/a.ts', "import { x } from '../plan/x.ts';", 'cgroups must not know plan'],
    [
      'config-schema/a.ts',
      "import { x } from '../native-bindings/x.ts';",
      'config-schema must not know native-bindings',
    ],
    [
      'native-bindings/a.ts',
      "import { x } from '../config-schema/x.ts';",
      'native-bindings must not know config-schema',
    ],
    ['src/runtime/a.ts', "import koffi from 'koffi';", "imports 'koffi', which only native-bindings/ may"],
    ['src/runtime/a.ts', "import { Command } from 'commander';", 'which only src/commands/ may'],
    ['src/runtime/a.ts', "import * as z from 'zod/mini';", 'which only config-schema/ may'],
    ['src/runtime/a.ts', "const fs = await import('node:fs');", 'which only native-bindings/koffi-embedded.ts may'],
    ['src/runtime/a.ts', "import path from 'node:path';", "imports 'node:path', which no layer may"],
    ['src/runtime/a.ts', "import x from '@scope/package/file.js';", 'which no layer may'],
    ['src/runtime/a.ts', "import { x } from './b';", "imports './b' without its extension"],
    ['src/runtime/a.ts', "import { x } from '../../tools/x.ts';", 'which is there for tests and tools alone'],
    ['src/runtime/a.ts', "import { x } from './b.test.ts';", 'which is there for tests and tools alone'],
    ['src/elsewhere/a.ts', "import { x } from '../plan/x.ts';", 'src/elsewhere/a.ts belongs to no layer'],
  ])('%s: %s', (path, source, breach) => {
    const breaches = check({ [path]: source });
    expect(breaches).toHaveLength(1);
    expect(breaches[0]).toStartWith(`${path}:1: `);
    expect(breaches[0]).toContain(breach);
  });

  test('files in a circle', () => {
    const circle = {
      'src/plan/one/a.ts': "import { b } from '../two/b.ts';",
      'src/plan/two/b.ts': "import { c } from './c.ts';",
      'src/plan/two/c.ts': "export { a } from '../one/a.ts';",
    };
    expect(check(circle)).toEqual([
      'src/plan/two/c.ts:1: files import in a circle: ' +
        'src/plan/one/a.ts -> src/plan/two/b.ts -> src/plan/two/c.ts -> src/plan/one/a.ts',
    ]);
    expect(check({ ...circle, 'src/plan/two/c.ts': "import type { a } from '../one/a.ts';" })).toEqual([]);
    expect(check({ ...circle, 'src/plan/two/c.ts': '' })).toEqual([]);
  });

  test('long files, unless they are tables', () => {
    const long = '1;\n'.repeat(401);
    expect(check({ 'src/plan/a.ts': '1;\n'.repeat(400), 'native-bindings/elf.generated.ts': long })).toEqual([]);
    expect(check({ 'src/plan/a.test.ts': long })[0]).toContain('401 lines');
  });
});
