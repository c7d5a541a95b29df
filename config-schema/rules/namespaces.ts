import type { NamespaceType } from '../namespaces.ts';
import type { Path } from '../problems/problem.ts';
import type { Rule, RuledConfig } from './rule.ts';

const NAMESPACES: Path = ['linux', 'namespaces'];

/** Whether the config asks for a namespace of this type, new or joined. */
export function hasNamespace({ linux }: RuledConfig, type: NamespaceType): boolean {
  return linux?.namespaces?.some((namespace) => namespace.type === type) ?? false;
}

const namespacesAreUnique: Rule = {
  name: 'namespaces-are-unique',
  check({ linux }, report) {
    const seen = new Set<string>();
    linux?.namespaces?.forEach(({ type }, index) => {
      if (type !== undefined && seen.has(type)) {
        const says = `malformed spec file: duplicated ns "${type}"`;
        report({ path: [...NAMESPACES, index], says, wanted: 'each type once' });
      }
      seen.add(type);
    });
  },
};

const namespacePathsAreAbsolute: Rule = {
  name: 'namespace-paths-are-absolute',
  check({ linux }, report) {
    linux?.namespaces?.forEach(({ path }, index) => {
      // Go writes an empty string where there is no path.
      if (!path || path.startsWith('/')) return;
      const says = 'the path of a namespace must be absolute';
      report({ path: [...NAMESPACES, index, 'path'], says, wanted: 'an absolute path', found: path });
    });
  },
};

const hostNamesNeedUts: Rule = {
  name: 'host-names-need-a-uts-namespace',
  relyOn: [NAMESPACES],
  check(config, report) {
    if (hasNamespace(config, 'uts')) return;
    for (const name of ['hostname', 'domainname'] as const) {
      if (!config[name]) continue;
      report({
        path: [name],
        says: `unable to set ${name} without a private UTS namespace`,
        wanted: 'a namespace of type uts in linux.namespaces',
        found: config[name],
      });
    }
  },
};

const pathRestrictionsNeedMount: Rule = {
  name: 'path-restrictions-need-a-mount-namespace',
  relyOn: [NAMESPACES],
  check(config, report) {
    if (hasNamespace(config, 'mount')) return;
    for (const list of ['maskedPaths', 'readonlyPaths'] as const) {
      if (!config.linux?.[list]?.length) continue;
      report({
        path: ['linux', list],
        says: 'unable to restrict sys entries without a private MNT namespace',
        wanted: 'a namespace of type mount in linux.namespaces',
      });
    }
  },
};

const TIME_OFFSETS: Path = ['linux', 'timeOffsets'];

const timeOffsetsNeedNewTimeNamespace: Rule = {
  name: 'time-offsets-need-a-new-time-namespace',
  relyOn: [NAMESPACES],
  check({ linux }, report) {
    if (linux?.timeOffsets === undefined || Object.keys(linux.timeOffsets).length === 0) return;
    const time = linux.namespaces?.find((namespace) => namespace.type === 'time');
    const wanted = 'a namespace of type time, without a path, in linux.namespaces';
    if (time === undefined) report({ path: TIME_OFFSETS, says: 'time offsets need a time namespace', wanted });
    // time_namespaces(7): the offsets are fixed once a process is in the namespace.
    else if (time.path)
      report({ path: TIME_OFFSETS, says: 'a time namespace that is joined keeps its offsets', wanted });
  },
};

const timeOffsetsAreForKnownClocks: Rule = {
  name: 'time-offsets-are-for-known-clocks',
  check({ linux }, report) {
    for (const [clock, offset] of Object.entries(linux?.timeOffsets ?? {})) {
      if (clock !== 'monotonic' && clock !== 'boottime') {
        report({ path: [...TIME_OFFSETS, clock], says: 'unknown clock', wanted: 'monotonic or boottime' });
        continue;
      }
      const nanosecs = offset?.nanosecs;
      if (nanosecs === undefined || nanosecs < 1_000_000_000) continue;
      const wanted = 'less than a second (1000000000)';
      report({ path: [...TIME_OFFSETS, clock, 'nanosecs'], says: `expected ${wanted}`, wanted, found: nanosecs });
    }
  },
};

export const namespaceRules: readonly Rule[] = [
  namespacesAreUnique,
  namespacePathsAreAbsolute,
  hostNamesNeedUts,
  pathRestrictionsNeedMount,
];

export const timeOffsetRules: readonly Rule[] = [timeOffsetsNeedNewTimeNamespace, timeOffsetsAreForKnownClocks];
