import { documentRules } from './document.ts';
import { hookRules } from './hooks.ts';
import { memoryPolicyRules } from './memory-policy.ts';
import { mountRules } from './mounts.ts';
import { namespaceRules, timeOffsetRules } from './namespaces.ts';
import { netDeviceRules } from './net-devices.ts';
import { personalityRules } from './personality.ts';
import { processRules } from './process.ts';
import { resourceRules } from './resources.ts';
import type { RuleGroup } from './rule.ts';
import { schedulingRules } from './scheduling.ts';
import { seccompRules } from './seccomp.ts';
import { userNamespaceRules } from './user-namespace.ts';

/** Every rule, in the order in which their findings are reported. */
export const allRules: readonly RuleGroup[] = [
  { applies: () => true, rules: [...documentRules, ...namespaceRules, ...userNamespaceRules] },
  { applies: ({ process }) => process !== undefined, rules: processRules },
  { applies: ({ process }) => (process?.scheduler ?? process?.ioPriority) !== undefined, rules: schedulingRules },
  { applies: ({ mounts }) => mounts !== undefined, rules: mountRules },
  { applies: ({ hooks }) => hooks !== undefined, rules: hookRules },
  { applies: ({ linux }) => linux?.timeOffsets !== undefined, rules: timeOffsetRules },
  { applies: ({ linux }) => linux?.netDevices !== undefined, rules: netDeviceRules },
  { applies: ({ linux }) => linux?.resources !== undefined, rules: resourceRules },
  { applies: ({ linux }) => linux?.seccomp !== undefined, rules: seccompRules },
  { applies: ({ linux }) => linux?.memoryPolicy !== undefined, rules: memoryPolicyRules },
  { applies: ({ linux }) => linux?.personality !== undefined, rules: personalityRules },
];
