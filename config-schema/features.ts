import * as z from 'zod/mini';
import { matching, optionalFlag, optionalTexts, text, textMap } from './leaves.ts';
import { NAMESPACE_TYPES } from './namespaces.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { type Parsed, parseDocument } from './parse-document.ts';
import { SECCOMP_ACTIONS, SECCOMP_ARCHITECTURES, SECCOMP_FLAGS, SECCOMP_OPERATORS } from './seccomp-values.ts';

const enabled = once(() => object({ enabled: optionalFlag() }));
const flagNames = once(() => z.array(z.enum(SECCOMP_FLAGS)));

const cgroup = once(() =>
  object({
    v1: optionalFlag(),
    v2: optionalFlag(),
    systemd: optionalFlag(),
    systemdUser: optionalFlag(),
    rdma: optionalFlag(),
  }),
);

const seccomp = once(() =>
  object(
    { enabled: optionalFlag() },
    {
      actions: () => z.array(z.enum(SECCOMP_ACTIONS)),
      operators: () => z.array(z.enum(SECCOMP_OPERATORS)),
      archs: () => z.array(z.enum(SECCOMP_ARCHITECTURES)),
      knownFlags: flagNames,
      supportedFlags: flagNames,
    },
  ),
);

const intelRdt = once(() => object({ enabled: optionalFlag(), schemata: optionalFlag(), monitoring: optionalFlag() }));
const memoryPolicy = once(() => object({ modes: optionalTexts(), flags: optionalTexts() }));

const linux = once(() =>
  object(
    {},
    {
      namespaces: () => z.array(z.enum(NAMESPACE_TYPES)),
      capabilities: () => z.array(matching(/^CAP_[A-Z_]+$/, 'a capability such as "CAP_CHOWN"')),
      cgroup,
      seccomp,
      apparmor: enabled,
      selinux: enabled,
      intelRdt,
      memoryPolicy,
      mountExtensions: () => object({}, { idmap: enabled }),
      netDevices: enabled,
    },
  ),
);

const featuresSchema = once(() =>
  object(
    {
      ociVersionMin: text(),
      ociVersionMax: text(),
      hooks: optionalTexts(),
      mountOptions: optionalTexts(),
      potentiallyUnsafeConfigAnnotations: optionalTexts(),
    },
    { annotations: textMap, linux },
  ),
);

/** runtime-spec features.md and features-linux.md. */
export type Features = z.output<ReturnType<typeof featuresSchema>>;

/** Reads a features document: what `features` prints. */
export function parseFeatures(source: unknown): Parsed<Features> {
  return parseDocument(source, { name: 'features', schema: featuresSchema, rules: [], base: [] });
}
