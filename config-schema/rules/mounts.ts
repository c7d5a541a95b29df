import { hasNamespace } from './namespaces.ts';
import type { Rule } from './rule.ts';
import { mountMappingRules } from './user-namespace.ts';

const destinationsAreNotEmpty: Rule = {
  name: 'mount-destinations-are-not-empty',
  check({ mounts }, report) {
    mounts?.forEach(({ destination }, index) => {
      if (destination !== '') return;
      const says = 'the destination of a mount must not be empty';
      report({ path: ['mounts', index, 'destination'], says, wanted: 'an absolute path' });
    });
  },
};

const mappingsComeInPairs: Rule = {
  name: 'mount-mappings-come-in-pairs',
  check({ mounts }, report) {
    mounts?.forEach(({ uidMappings, gidMappings }, index) => {
      if (!uidMappings?.length === !gidMappings?.length) return;
      const missing = uidMappings?.length ? 'gidMappings' : 'uidMappings';
      const says = `a mount with mappings needs both uidMappings and gidMappings, ${missing} is missing`;
      report({ path: ['mounts', index, missing], says, wanted: 'both or none' });
    });
  },
};

const idmapNeedsMappings: Rule = {
  name: 'idmap-option-needs-mappings',
  relyOn: [['mounts'], ['linux', 'namespaces']],
  check(config, report) {
    if (hasNamespace(config, 'user')) return;
    config.mounts?.forEach(({ options, uidMappings, gidMappings }, index) => {
      if (uidMappings?.length || gidMappings?.length) return;
      options?.forEach((option, position) => {
        if (option !== 'idmap' && option !== 'ridmap') return;
        report({
          path: ['mounts', index, 'options', position],
          says: `${option} needs uidMappings and gidMappings of the mount, or a user namespace`,
          wanted: 'mappings',
        });
      });
    });
  },
};

export const mountRules: readonly Rule[] = [
  destinationsAreNotEmpty,
  mappingsComeInPairs,
  idmapNeedsMappings,
  ...mountMappingRules,
];
