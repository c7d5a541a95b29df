import type { Rule } from './rule.ts';

const cwdIsAbsolute: Rule = {
  name: 'cwd-is-absolute',
  check({ process }, report) {
    const cwd = process?.cwd;
    if (cwd === undefined || cwd.startsWith('/')) return;
    const path = ['process', 'cwd'];
    if (cwd === '') report({ path, says: 'Cwd property must not be empty', wanted: 'an absolute path' });
    else report({ path, says: 'Cwd must be an absolute path', wanted: 'an absolute path', found: cwd });
  },
};

const argsAreNotEmpty: Rule = {
  name: 'args-are-not-empty',
  check({ process }, report) {
    if (process?.args?.length !== 0) return;
    report({ path: ['process', 'args'], says: 'args must not be empty', wanted: 'the command to run' });
  },
};

const envHasNames: Rule = {
  name: 'env-has-names',
  check({ process }, report) {
    process?.env?.forEach((variable, index) => {
      if (variable.indexOf('=') > 0) return;
      report({
        path: ['process', 'env', index],
        says: `invalid environment variable: ${variable.startsWith('=') ? 'empty name' : "missing '='"}`,
        wanted: 'NAME=VALUE',
        found: variable,
      });
    });
  },
};

const rlimitsAreUnique: Rule = {
  name: 'rlimits-are-unique',
  check({ process }, report) {
    const seen = new Set<string>();
    process?.rlimits?.forEach(({ type }, index) => {
      if (type !== undefined && seen.has(type)) {
        report({ path: ['process', 'rlimits', index], says: `duplicate rlimit ${type}`, wanted: 'each type once' });
      }
      seen.add(type);
    });
  },
};

const softRlimitsAreWithinHard: Rule = {
  name: 'soft-rlimits-are-within-hard',
  check({ process }, report) {
    process?.rlimits?.forEach(({ soft, hard }, index) => {
      // JavaScript compares number and bigint exactly.
      if (soft === undefined || hard === undefined || soft <= hard) return;
      report({
        path: ['process', 'rlimits', index, 'soft'],
        says: `the soft limit must not be above the hard limit ${hard}`,
        wanted: `at most ${hard}`,
        found: soft,
      });
    });
  },
};

export const processRules: readonly Rule[] = [
  cwdIsAbsolute,
  argsAreNotEmpty,
  envHasNames,
  rlimitsAreUnique,
  softRlimitsAreWithinHard,
];
