import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { configSchema } from '../config.ts';
import { parseJson } from '../json/parse-json.ts';
import { survey } from '../json/survey.ts';
import { processSchema } from '../process.ts';
import { defaultConfig } from '../testing/default-config.ts';
import { fullConfig } from '../testing/full-config.ts';
import { jsonText } from '../testing/json-text.ts';
import { mutate } from '../testing/mutate.ts';
import { Random } from '../testing/random.ts';
import { acceptorsSource } from './accepted-schemas.ts';
import { acceptsConfig, acceptsProcess } from './acceptors.generated.ts';

test('the generated file is what the schemas give (else: bun config-schema/acceptor/write.ts)', () => {
  expect(readFileSync(join(import.meta.dirname, 'acceptors.generated.ts'), 'utf8')).toBe(acceptorsSource());
});

/** A full config without the parts that are left to zod. */
function acceptableConfig() {
  const {
    vm: _vm,
    windows: _windows,
    solaris: _solaris,
    freebsd: _freebsd,
    zos: _zos,
    linux,
    ...config
  } = fullConfig();
  const { intelRdt: _intelRdt, memoryPolicy: _memoryPolicy, ...rest } = linux;
  return { ...config, linux: rest };
}

describe('acceptors and zod', () => {
  test('good documents are accepted', () => {
    expect(acceptsConfig(defaultConfig())).toBe(true);
    expect(acceptsConfig(acceptableConfig())).toBe(true);
    expect(acceptsProcess(acceptableConfig().process)).toBe(true);
  });

  test('sections left to zod are not', () => {
    for (const section of ['vm', 'windows', 'solaris', 'freebsd', 'zos'] as const) {
      expect(acceptsConfig({ ...defaultConfig(), [section]: fullConfig()[section] })).toBe(false);
    }
  });

  const bases = [defaultConfig(), acceptableConfig()];
  test('6000 mutated configs: what an acceptor takes, zod takes, and returns unchanged', () => {
    const random = new Random(2);
    let accepted = 0;
    let wrongly = 0;
    let missed = 0;
    for (let round = 0; round < 6000; round++) {
      const value = parseJson(jsonText(mutate(random.pick(bases), random)));
      const result = z.safeParse(configSchema(), value);
      const verdict = acceptsConfig(value);
      if (verdict) accepted++;
      if (verdict && (!result.success || !Bun.deepEquals(result.data, value))) wrongly++;
      // Not wrong, only slow: but it should be rare, else the acceptor has lost its purpose.
      if (!verdict && result.success && !survey(value).hasInexactNumber) missed++;
    }
    expect(wrongly).toBe(0);
    expect(accepted).toBeGreaterThan(1000);
    expect(missed).toBeLessThan(60);
  }, 60_000);

  test('process documents', () => {
    const random = new Random(3);
    for (let round = 0; round < 3000; round++) {
      const value = parseJson(jsonText(mutate(acceptableConfig().process, random)));
      if (acceptsProcess(value)) expect(z.safeParse(processSchema(), value).success).toBe(true);
    }
  });
});
