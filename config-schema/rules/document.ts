import type { Rule } from './rule.ts';

const rootIsSpecified: Rule = {
  name: 'root-is-specified',
  check({ root }, report) {
    if (root === undefined) report({ path: ['root'], says: 'root must be specified', wanted: 'an object' });
    else if (root.path === '') {
      report({ path: ['root', 'path'], says: 'root path must not be empty', wanted: 'the path of a directory' });
    }
  },
};

const annotationKeysAreNotEmpty: Rule = {
  name: 'annotation-keys-are-not-empty',
  check({ annotations }, report) {
    if (annotations === undefined || !Object.hasOwn(annotations, '')) return;
    report({ path: ['annotations', ''], says: 'the key of an annotation must not be empty', wanted: 'a key' });
  },
};

export const documentRules: readonly Rule[] = [rootIsSpecified, annotationKeysAreNotEmpty];

/** For `create` and `run`; by the specification a container without a process can be created, though not started. */
export const processIsPresent: Rule = {
  name: 'process-is-present',
  check({ process }, report) {
    if (process !== undefined) return;
    report({ path: ['process'], says: 'process property must not be empty', wanted: 'an object' });
  },
};
