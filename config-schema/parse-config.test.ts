import { describe, expect, test } from 'bun:test';
import { type Config, type Integer, type Problem, parseConfig, parseProcess, toBigInt } from './index.ts';
import { defaultConfig } from './testing/default-config.ts';
import { fullConfig } from './testing/full-config.ts';
import { jsonText } from './testing/json-text.ts';
import { mutate } from './testing/mutate.ts';
import { Random } from './testing/random.ts';

function messages(source: unknown): string[] {
  const result = parseConfig(source);
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

function parsed(source: unknown): Config {
  const result = parseConfig(source);
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.value;
}

describe('good configs come out as they went in', () => {
  for (const [name, config] of [
    ['default', defaultConfig()],
    ['full', fullConfig()],
  ] as const) {
    test(`${name}, as text`, () => expect(parsed(jsonText(config)) as unknown).toEqual(config));
    test(`${name}, as object`, () => {
      const before = jsonText(config);
      const value = parsed(config);
      expect(value as unknown).toEqual(config);
      expect(value as unknown).not.toBe(config);
      expect(jsonText(config)).toBe(before);
    });
  }

  test('types', () => {
    const config: Config = parsed(jsonText(fullConfig()));
    const hard: Integer | undefined = config.process?.rlimits?.[0]?.hard;
    expect(hard).toBe(18446744073709551615n);
    expect(toBigInt(5)).toBe(5n);
    const policy: 'MPOL_BIND' | undefined = config.linux?.memoryPolicy?.mode === 'MPOL_BIND' ? 'MPOL_BIND' : undefined;
    expect(policy).toBe('MPOL_BIND');
    // @ts-expect-error unknown properties pass but have no type
    expect(config.nonsense).toBeUndefined();
    // @ts-expect-error the empty shape of `resources` must not make everything `never`
    const limit: string | undefined = config.linux?.resources?.pids?.limit;
    expect<unknown>(limit).toBe(-1);
  });

  test('unknown properties stay', () => {
    const config = { ...defaultConfig(), 'x-extra': { a: [null] }, linux: { ...defaultConfig().linux, future: 1 } };
    const value = parsed(config) as Record<string, unknown>;
    expect(value['x-extra']).toEqual({ a: [null] });
    expect((value.linux as Record<string, unknown>).future).toBe(1);
  });
});

describe('what engines send', () => {
  test('null stands for absent, wherever Go would write it', () => {
    const config = {
      ...defaultConfig(),
      hooks: null,
      annotations: null,
      solaris: null,
      mounts: [{ destination: '/x', options: null }],
    };
    const value = parsed(
      JSON.stringify({
        ...config,
        linux: { namespaces: [{ type: 'uts' }], resources: { devices: null, cpu: {}, memory: null }, seccomp: null },
      }),
    );
    expect(Object.keys(value)).not.toContain('hooks');
    expect(value.mounts).toEqual([{ destination: '/x' }]);
    expect(value.linux?.resources).toEqual({ cpu: {} });
  });

  test('a required property that is null is missing', () => {
    expect(messages('{"ociVersion":null,"root":{"path":"r"}}')).toEqual([
      'ociVersion: missing, expected a version 1.x.y of the runtime specification',
    ]);
  });

  test('a null element of a list is wrong', () => {
    expect(messages({ ...defaultConfig(), mounts: [null] })).toEqual(['mounts[0]: expected an object, found null']);
  });

  for (const seccomp of [{}, { defaultAction: '' }, { defaultAction: '', architectures: [], syscalls: null }]) {
    test(`seccomp ${JSON.stringify(seccomp)} is no filter`, () => {
      const config = defaultConfig();
      expect(parsed({ ...config, linux: { ...config.linux, seccomp } }).linux?.seccomp).toBeUndefined();
    });
  }

  test('seccomp with rules but no default action is wrong', () => {
    const seccomp = { syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }] };
    expect(messages({ ...defaultConfig(), hostname: '', linux: { namespaces: [], seccomp } })[0]).toStartWith(
      'linux.seccomp.defaultAction: missing, expected SCMP_ACT_KILL, ',
    );
  });

  for (const ociVersion of ['1.0.0', '1.3.0', '1.0.2-dev', '1.2.1+dev', '1.0.0-rc.5+dev.3']) {
    test(`version ${ociVersion}`, () => expect(messages({ ...defaultConfig(), ociVersion })).toEqual([]));
  }
  for (const ociVersion of [
    '',
    '1',
    '1.0',
    '1.0.x',
    '1.01.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0+',
    '1.0.0 ',
    '2.0.0',
    '0.5.0',
    '1..0',
  ]) {
    test(`version ${JSON.stringify(ociVersion)} is wrong`, () => {
      const found = JSON.stringify(ociVersion);
      expect(messages({ ...defaultConfig(), ociVersion })).toEqual([
        `ociVersion: expected a version 1.x.y of the runtime specification, found ${found}`,
      ]);
    });
  }
});

describe('messages', () => {
  const base = defaultConfig();
  const CASES: readonly (readonly [unknown, readonly string[]])[] = [
    ['null', ['config cannot be null']],
    [null, ['config cannot be null']],
    ['[]', ['config: expected an object, found []', 'root: root must be specified'].slice(0, 1)],
    [42, ['config: expected an object, found 42']],
    ['{"a":1', ['line 1, column 7: expected "," or "}", found the end of the document: it is truncated or empty']],
    [{ ...base, process: 5 }, ['process: expected an object, found 5']],
    [{ ...base, process: {} }, ['process.cwd: Cwd property must not be empty', 'process.args: args must not be empty']],
    [
      { ...base, process: { ...base.process, rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1, hard: 'many' }] } },
      ['process.rlimits[0].hard: expected an integer from 0 to 18446744073709551615, found "many"'],
    ],
    [
      { ...base, process: { ...base.process, capabilities: { bounding: [7] } } },
      ['process.capabilities.bounding[0]: expected a string, found 7'],
    ],
    [
      { ...base, annotations: { 'a.b': 1, 'x\ny': true, plain: [] } },
      [
        'annotations["a.b"]: expected a string, found 1',
        'annotations["x\\ny"]: expected a string, found true',
        'annotations.plain: expected a string, found []',
      ],
    ],
    [{ ...base, hostname: { a: 1, 'b\u001b': 2 } }, ['hostname: expected a string, found {"a": ..., "b\\u001b": ...}']],
    [{ ...base, mounts: 'x'.repeat(100) }, [`mounts: expected an array, found "${'x'.repeat(57)}..."`]],
    [{ ...base, mounts: [{ type: 'tmpfs' }] }, ['mounts[0].destination: missing, expected a string']],
    [
      { ...base, mounts: [{ destination: '/a\0b' }] },
      ['mounts[0].destination: expected a string without NUL characters, found "/a\\u0000b"'],
    ],
    [
      JSON.stringify({ ...base, mounts: [{ destination: '/a\0b' }] }),
      ['mounts[0].destination: expected a string without NUL characters, found "/a\\u0000b"'],
    ],
    [
      { ...base, annotations: { 'k\0': 'v' } },
      ['annotations["k\\u0000"]: expected a string without NUL characters, found "k\\u0000"'],
    ],
    [{ ...base, root: { path: 'r', readonly: 'yes' } }, ['root.readonly: expected true or false, found "yes"']],
    [
      { ...base, process: { ...base.process, user: { uid: 4294967295 } } },
      ['process.user.uid: expected an integer from 0 to 4294967294, found 4294967295'],
    ],
    [
      { ...base, hooks: { poststart: [{ path: '/x', timeout: 0 }] } },
      ['hooks.poststart[0].timeout: expected a whole number of seconds greater than 0, found 0'],
    ],
    // Nothing can be said about what the list of namespaces lacks if it cannot be read.
    [{ ...base, linux: { ...base.linux, namespaces: 'all' } }, ['linux.namespaces: expected an array, found "all"']],
  ];
  for (const [source, expected] of CASES) {
    test(expected[0] ?? '', () => expect(messages(source)).toEqual([...expected]));
  }

  test('problems of structure and of rules come together, as data', () => {
    const config = {
      ...base,
      process: { ...base.process, cwd: 'tmp', env: [1] },
      linux: { namespaces: [{ type: 'nope' }] },
    };
    const result = parseConfig(config);
    const problems: readonly Problem[] = result.ok ? [] : result.problems;
    expect(problems).toEqual([
      {
        path: 'process.env[0]',
        found: '1',
        wanted: 'a string',
        message: 'process.env[0]: expected a string, found 1',
        rule: 'structure',
      },
      {
        path: 'linux.namespaces[0].type',
        found: '"nope"',
        wanted: 'mount, pid, network, uts, ipc, user, cgroup or time',
        message: 'linux.namespaces[0].type: expected mount, pid, network, uts, ipc, user, cgroup or time, found "nope"',
        rule: 'structure',
      },
      {
        path: 'process.cwd',
        found: '"tmp"',
        wanted: 'an absolute path',
        message: 'process.cwd: Cwd must be an absolute path, found "tmp"',
        rule: 'cwd-is-absolute',
      },
    ]);
  });

  test('the process document has its own paths', () => {
    const result = parseProcess({ cwd: 'tmp', rlimits: [{}] });
    expect(result.ok ? [] : result.problems.map(({ path }) => path)).toEqual([
      'args',
      'rlimits[0].type',
      'rlimits[0].soft',
      'rlimits[0].hard',
      'cwd',
    ]);
  });
});

describe('objects of a program', () => {
  test('a cyclic value is refused', () => {
    const config: Record<string, unknown> = { ...defaultConfig() };
    config.self = config;
    expect(messages(config)).toEqual(['nested deeper than 200 levels, or cyclic']);
  });

  test('__proto__ in text reaches no prototype and does not come out', () => {
    const text = JSON.stringify({ ...defaultConfig(), annotations: { a: 'b' } }).replace(
      '"a":"b"',
      '"a":"b","__proto__":"c"',
    );
    const { annotations } = parsed(text);
    expect(Object.keys(annotations ?? {})).toEqual(['a']);
    expect(Object.getPrototypeOf(annotations)).toBe(Object.prototype);
  });
});

test('4000 mutated configs: no exception, texts and objects agree, one clean line each', () => {
  const random = new Random(5);
  const bases = [defaultConfig(), fullConfig()];
  for (let round = 0; round < 4000; round++) {
    const document = mutate(random.pick(bases), random);
    const lines = messages(document);
    expect(messages(jsonText(document)).sort()).toEqual([...lines].sort());
    for (const line of lines) expect(line).toMatch(/^\P{Cc}+$/u);
    expect(lines.join()).not.toMatch(/zod|invalid input|undefined|\[object/i);
  }
}, 60_000);

test('state and features are not loaded with config', async () => {
  const build = await Bun.build({ entrypoints: [`${import.meta.dir}/index.ts`], target: 'bun' });
  const code = await build.outputs[0]?.text();
  expect(code).toContain('execCPUAffinity');
  expect(code).not.toContain('potentiallyUnsafeConfigAnnotations');
  expect(code).not.toContain("'creating'");
  expect(code).not.toContain('"creating"');
  expect(code).not.toContain('node:');
});
