import { defaultConfig } from './default-config.ts';

/**
 * Where the verdict of our schemas differs from that of the specification's JSON schemas on purpose. A null member counts
 * as absent everywhere (Go's decoder has it so): the test takes nulls out before it asks the JSON schema.
 */
export interface Difference {
  /** Matches the path, with indices left out: `mounts[].destination`. */
  readonly where: RegExp;
  readonly reason: string;
}

/** Documents at the differences that random changes seldom reach. */
export const CONFIG_AT_DIFFERENCES = {
  ...defaultConfig(),
  annotations: { '': 5 },
  process: {
    cwd: '/',
    args: ['sh'],
    user: { uid: 4294967295 },
    rlimits: [{ type: 'RLIMIT_FOO', soft: 0, hard: 0 }],
  },
  linux: { ...defaultConfig().linux, rootfsPropagation: 'rslave', seccomp: {} },
};
export const STATE_AT_DIFFERENCES = { ociVersion: '1.3.0', id: 'a', status: 'paused', bundle: '/b', rootfs: 5 };
export const FEATURES_AT_DIFFERENCES = {
  ociVersionMin: '1.0.0',
  ociVersionMax: '1.3.0',
  linux: { intelRdt: { enabled: true, schemata: 'yes' }, memoryPolicy: { modes: 5 } },
};

/** What we accept and the JSON schema does not. */
export const LOOSER: readonly (Difference & { readonly keyword: RegExp })[] = [
  {
    where: /^linux\.devices\[\]\.fileMode$/,
    keyword: /^maximum$/,
    reason: 'engines send the file type bits with the mode (0o20666), and set-user-id bits are legal',
  },
  {
    where: /^linux\.rootfsPropagation$/,
    keyword: /^enum$/,
    reason: 'rprivate, rshared, rslave, runbindable: mount(8) has them, engines send them, runc accepts them',
  },
  {
    where: /^linux\.seccomp\.defaultAction$/,
    keyword: /^(required|enum)$/,
    reason: 'an empty seccomp object means no filter: engines send it',
  },
  { where: /^status$/, keyword: /^enum$/, reason: 'runtime.md allows further states; paused is ours' },
];

/** What we refuse and the JSON schema does not. */
export const STRICTER: readonly (Difference & { readonly found: RegExp })[] = [
  { where: /./, found: /\\u0000/, reason: 'the kernel ends a string at NUL' },
  { where: /^ociVersion$/, found: /^"/, reason: 'config.md: a SemVer version; this runtime knows 1.x' },
  {
    where: /(^|\.)(uid|gid|containerID|hostID|additionalGids\[\])$/,
    found: /^4294967295$/,
    reason: '(uid_t)-1 is no id for the kernel',
  },
  { where: /^process\.args$/, found: /^nothing$/, reason: 'config.md: REQUIRED on POSIX platforms' },
  { where: /^process\.rlimits\[\]\.type$/, found: /^"RLIMIT_/, reason: 'config.md: unknown types MUST be an error' },
  {
    where: /^process\.oomScoreAdj$/,
    found: /^(-?\d{19,}|1e\+30)$/,
    reason: 'an int in the Go types, any integer in the JSON schema',
  },
  {
    where: /^hooks\.\w+\[\]\.timeout$/,
    found: /^(\d{16,}|1e\+30)$/,
    reason: 'an int in the Go types, any integer in the JSON schema',
  },
  { where: /^pid$/, found: /^(\d{19,}|1e\+30)$/, reason: 'an int in the Go types, any integer in the JSON schema' },
  {
    where: /./,
    found: /^(18446744073709551616|9223372036854775808|-9223372036854775809)$/,
    reason:
      'the JSON schema is evaluated in floating point, where these equal the bounds of 64 bits; we compare exactly',
  },
  {
    where: /^linux\.(memoryPolicy\.mode|personality\.domain)$/,
    found: /^nothing$/,
    reason: 'config-linux.md: REQUIRED; the JSON schema forgets it',
  },
  {
    where: /^annotations\[""\]$|^linux\.(sysctl|resources\.unified)\[""\]$/,
    found: /./,
    reason: 'the JSON schema checks only the values of keys that are not empty',
  },
  {
    where: /^linux\.(intelRdt\.(schemata|monitoring)|memoryPolicy\b.*)$/,
    found: /./,
    reason: 'features-linux.md has these properties; the JSON schema of 1.3.0 does not',
  },
  { where: /^(rootfs|created)$/, found: /./, reason: 'properties that runc adds to the state document' },
];
