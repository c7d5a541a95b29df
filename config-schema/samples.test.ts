import { describe, expect, test } from 'bun:test';
import { parseFeatures } from './features.ts';
import { parseConfig, parseResources } from './index.ts';
import type { Parsed } from './parse-document.ts';
import { parseState } from './state.ts';
import { SKIP_REASON, samples, specFile, specFolder } from './testing/samples.ts';

/** Good samples that are no Linux configs: what is refused, and why. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  // z/OS: of a version before 1.0, and its namespaces are not Linux's.
  'config/zos-example': ['structure', 'host-names-need-a-uts-namespace'],
  // FreeBSD has jails instead of namespaces.
  'config/freebsd-example': ['host-names-need-a-uts-namespace'],
  // The sample moves devices without a network namespace, which config-linux.md forbids.
  'config/linux-netdevice': ['net-devices-need-a-network-namespace'],
  // Says that it is of a version before 1.0.
  'config/spec-example': ['structure'],
};

const FIRST_MESSAGES: Readonly<Record<string, string>> = {
  'invalid-json': 'line 1, column 2: expected a property name in double quotes, found "]"',
  'linux-netdevice': 'linux.netDevices.eth0.name: expected a string, found 23',
  'linux-rdma':
    'linux.resources.rdma.mlx5_1.hcaHandles: expected an integer from 0 to 4294967295, found "not a uint32"',
  'linux-hugepage':
    'linux.resources.hugepageLimits[0].pageSize: expected a page size such as "2MB" or "1GB", found "64kB"',
  'freebsd-vnet-disable': 'freebsd.jail.vnet: expected new or inherit, found "disable"',
  'missing-ociVersionMax': 'ociVersionMax: missing, expected a string',
};

const KINDS: readonly (readonly [string, (text: string) => Parsed<unknown>])[] = [
  ['config', (text) => parseConfig(text)],
  ['state', parseState],
  ['features', parseFeatures],
];

const name = (text: string): string => (specFolder === undefined ? `${text} (${SKIP_REASON})` : text);

describe.skipIf(specFolder === undefined)(name('samples of the specification'), () => {
  for (const [kind, parse] of KINDS) {
    for (const sample of samples(`${kind}/good`)) {
      test(`${kind}/good/${sample.name}`, () => {
        const result = parse(sample.text);
        const rules = result.ok ? [] : result.problems.map(({ rule }) => rule);
        expect(rules).toEqual([...(REFUSED[`${kind}/${sample.name}`] ?? [])]);
      });
    }
    for (const sample of samples(`${kind}/bad`)) {
      test(`${kind}/bad/${sample.name}`, () => {
        const result = parse(sample.text);
        expect(result.ok).toBe(false);
        if (result.ok) return;
        expect(result.problems[0]?.message).toBe(FIRST_MESSAGES[sample.name] ?? 'no message listed');
      });
    }
  }

  test('the seccomp profile that engines write', () => {
    const seccomp = JSON.parse(specFile('seccomp/engine-default-amd64.json')) as unknown;
    const config = { ociVersion: '1.3.0', root: { path: 'r' }, linux: { seccomp } };
    const text = JSON.stringify(config);
    const result = parseConfig(text);
    expect(result.ok ? [] : result.problems).toEqual([]);
    expect(result.ok && JSON.stringify(result.value)).toBe(text);
  });
});

test('a resources document of `update`', () => {
  expect(parseResources('{"memory":{"limit":1000},"devices":null}')).toEqual({
    ok: true,
    value: { memory: { limit: 1000 } },
  });
  const result = parseResources({ memory: { limit: 'x' }, cpu: { shares: -1 }, blockIO: { weight: 5 } });
  expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
    'memory.limit: expected an integer from -9223372036854775808 to 9223372036854775807, found "x"',
    'cpu.shares: expected an integer from 0 to 18446744073709551615, found -1',
    'blockIO.weight: expected an integer from 10 to 1000, or 0 for none, found 5',
  ]);
});
