import type { MemoryPolicy } from '../memory-policy.ts';
import type { Path } from '../problems/problem.ts';
import type { Rule } from './rule.ts';

const MEMORY_POLICY: Path = ['linux', 'memoryPolicy'];

/** set_mempolicy(2). MPOL_PREFERRED is in neither list: without nodes it means the local node. */
const WITHOUT_NODES: readonly MemoryPolicy['mode'][] = ['MPOL_DEFAULT', 'MPOL_LOCAL'];
const WITH_NODES: readonly MemoryPolicy['mode'][] = [
  'MPOL_BIND',
  'MPOL_INTERLEAVE',
  'MPOL_WEIGHTED_INTERLEAVE',
  'MPOL_PREFERRED_MANY',
];

const nodesFitTheMode: Rule = {
  name: 'memory-policy-nodes-fit-the-mode',
  relyOn: [MEMORY_POLICY],
  check({ linux }, report) {
    const policy = linux?.memoryPolicy;
    if (policy === undefined) return;
    const path = [...MEMORY_POLICY, 'nodes'];
    if (policy.nodes && WITHOUT_NODES.includes(policy.mode)) {
      report({ path, says: `${policy.mode} takes no nodes`, wanted: 'no nodes', found: policy.nodes });
    } else if (!policy.nodes && WITH_NODES.includes(policy.mode)) {
      report({ path, says: `${policy.mode} needs at least one node`, wanted: 'a list of nodes such as "0-3"' });
    }
  },
};

const nodesAreAList: Rule = {
  name: 'memory-policy-nodes-are-a-list',
  check({ linux }, report) {
    const nodes = linux?.memoryPolicy?.nodes;
    if (!nodes || /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(nodes)) return;
    const wanted = 'a list of nodes such as "0-3,7"';
    report({ path: [...MEMORY_POLICY, 'nodes'], says: `expected ${wanted}`, wanted, found: nodes });
  },
};

const nodeFlagsAreExclusive: Rule = {
  name: 'memory-policy-flags-are-compatible',
  check({ linux }, report) {
    const flags = linux?.memoryPolicy?.flags;
    if (!flags?.includes('MPOL_F_STATIC_NODES') || !flags.includes('MPOL_F_RELATIVE_NODES')) return;
    const says = 'MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other';
    report({ path: [...MEMORY_POLICY, 'flags'], says, wanted: 'one of the two' });
  },
};

export const memoryPolicyRules: readonly Rule[] = [nodesFitTheMode, nodesAreAList, nodeFlagsAreExclusive];
