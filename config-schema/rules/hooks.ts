import { HOOK_KINDS } from '../hooks.ts';
import type { Rule } from './rule.ts';

const hookPathsAreAbsolute: Rule = {
  name: 'hook-paths-are-absolute',
  check({ hooks }, report) {
    for (const kind of HOOK_KINDS) {
      hooks?.[kind]?.forEach(({ path }, index) => {
        if (path === undefined || path.startsWith('/')) return;
        const says = 'the path of a hook must be absolute';
        report({ path: ['hooks', kind, index, 'path'], says, wanted: 'an absolute path', found: path });
      });
    }
  },
};

export const hookRules: readonly Rule[] = [hookPathsAreAbsolute];
