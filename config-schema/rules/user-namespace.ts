import type { IdMapping } from '../id-mappings.ts';
import type { Finding, Path } from '../problems/problem.ts';
import { hasNamespace } from './namespaces.ts';
import type { Rule } from './rule.ts';

const NAMESPACES: Path = ['linux', 'namespaces'];
const MAPPINGS = ['uidMappings', 'gidMappings'] as const;

const mappingsNeedUserNamespace: Rule = {
  name: 'mappings-need-a-user-namespace',
  relyOn: [NAMESPACES],
  check(config, report) {
    if (hasNamespace(config, 'user')) return;
    for (const list of MAPPINGS) {
      if (!config.linux?.[list]?.length) continue;
      report({
        path: ['linux', list],
        says: "user namespace mappings specified, but user namespace isn't enabled in the config",
        wanted: 'a namespace of type user in linux.namespaces',
      });
    }
  },
};

const newUserNamespaceNeedsMappings: Rule = {
  name: 'a-new-user-namespace-needs-mappings',
  relyOn: [NAMESPACES, ['linux', 'uidMappings'], ['linux', 'gidMappings']],
  check({ linux }, report) {
    const index = linux?.namespaces?.findIndex((namespace) => namespace?.type === 'user') ?? -1;
    if (index === -1 || linux?.namespaces?.[index]?.path) return;
    if (linux?.uidMappings?.length || linux?.gidMappings?.length) return;
    report({
      path: [...NAMESPACES, index],
      says: 'user namespaces enabled, but no namespace path to join nor mappings to apply specified',
      wanted: 'a path, or linux.uidMappings and linux.gidMappings',
    });
  },
};

// user_namespaces(7): the kernel refuses an empty range and one that goes beyond the last id.
function checkRanges(list: readonly IdMapping[] | undefined, path: Path, report: (finding: Finding) => void): void {
  list?.forEach(({ containerID, hostID, size }, index) => {
    if (size === 0)
      report({ path: [...path, index, 'size'], says: 'expected at least 1', wanted: 'at least 1', found: size });
    for (const [property, first] of [['containerID', containerID] as const, ['hostID', hostID] as const]) {
      if (first === undefined || size === undefined || first + size <= 0xffff_ffff) continue;
      const wanted = 'a range that ends at 4294967294 or before';
      const says = `the range of ${size} ids from ${property} ${first} goes beyond 4294967294`;
      report({ path: [...path, index], says, wanted });
    }
  });
}

const linuxMappingsAreRanges: Rule = {
  name: 'mappings-are-valid-ranges',
  check({ linux }, report) {
    for (const list of MAPPINGS) checkRanges(linux?.[list], ['linux', list], report);
  },
};

const mountMappingsAreRanges: Rule = {
  name: 'mount-mappings-are-valid-ranges',
  check({ mounts }, report) {
    mounts?.forEach((mount, index) => {
      for (const list of MAPPINGS) checkRanges(mount[list], ['mounts', index, list], report);
    });
  },
};

export const userNamespaceRules: readonly Rule[] = [
  mappingsNeedUserNamespace,
  newUserNamespaceNeedsMappings,
  linuxMappingsAreRanges,
];

export const mountMappingRules: readonly Rule[] = [mountMappingsAreRanges];
