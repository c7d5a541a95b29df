import type { Rule } from './rule.ts';

const personalityHasNoFlags: Rule = {
  name: 'personality-has-no-flags',
  check({ linux }, report) {
    const flags = linux?.personality?.flags;
    if (!flags?.length) return;
    const says = 'personality flags are not supported: the specification defines none';
    report({ path: ['linux', 'personality', 'flags'], says, wanted: 'no flags', found: flags[0] });
  },
};

export const personalityRules: readonly Rule[] = [personalityHasNoFlags];
