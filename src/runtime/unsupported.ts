import type { Config } from '../../config-schema/index.ts';
import { parseMountOptions, UNSUPPORTED_OPTIONS } from '../plan/mounts/options.ts';

const filled = (value: object | null | undefined): boolean => value != null && Object.keys(value).length > 0;
const PROPAGATIONS = new Set(['', 'private', 'rprivate', 'slave', 'rslave']);

/** What config.json can ask for and this version cannot do: the property, and whether it is asked for. */
const PROPERTIES: readonly (readonly [string, (config: Config) => boolean])[] = [
  ['process.terminal', ({ process }) => process?.terminal === true],
  ['process.apparmorProfile', ({ process }) => !['', 'unconfined', undefined].includes(process?.apparmorProfile)],
  ['process.selinuxLabel', ({ process }) => Boolean(process?.selinuxLabel)],
  ['process.scheduler', ({ process }) => filled(process?.scheduler)],
  ['process.ioPriority', ({ process }) => filled(process?.ioPriority)],
  ['linux.devices', ({ linux }) => filled(linux?.devices)],
  ['linux.netDevices', ({ linux }) => filled(linux?.netDevices)],
  ['linux.sysctl', ({ linux }) => filled(linux?.sysctl)],
  ['linux.seccomp', ({ linux }) => filled(linux?.seccomp)],
  ['linux.intelRdt', ({ linux }) => filled(linux?.intelRdt)],
  ['linux.memoryPolicy', ({ linux }) => filled(linux?.memoryPolicy)],
  ['linux.personality', ({ linux }) => filled(linux?.personality)],
  ['linux.timeOffsets', ({ linux }) => filled(linux?.timeOffsets)],
  ['linux.mountLabel', ({ linux }) => Boolean(linux?.mountLabel)],
  ['linux.rootfsPropagation', ({ linux }) => !PROPAGATIONS.has(linux?.rootfsPropagation ?? '')],
];

/** Names everything in a config that would otherwise be ignored. Resources are the business of src/cgroups. */
export function unsupportedProperties(config: Config): string[] {
  const problems = PROPERTIES.filter(([, asked]) => asked(config)).map(([path]) => `${path}: not supported yet`);
  const namespaces = config.linux?.namespaces ?? [];
  for (const [index, { type, path }] of namespaces.entries()) {
    if (path) problems.push(`linux.namespaces[${index}].path: joining an existing namespace is not supported yet`);
    else if (type === 'time') problems.push(`linux.namespaces[${index}]: time namespaces are not supported yet`);
  }
  if (!namespaces.some(({ type }) => type === 'mount')) {
    problems.push('linux.namespaces: a container without a mount namespace of its own is not supported yet');
  }
  for (const [index, mount] of (config.mounts ?? []).entries()) {
    if (filled(mount.uidMappings) || filled(mount.gidMappings)) {
      problems.push(`mounts[${index}].uidMappings: id-mapped mounts are not supported yet`);
    }
    for (const [position, option] of (mount.options ?? []).entries()) {
      if (UNSUPPORTED_OPTIONS.has(option.split('=', 1)[0] ?? '')) {
        problems.push(`mounts[${index}].options[${position}]: "${option}" is not supported yet`);
      }
    }
    problems.push(...bindProblems(mount.options ?? [], index));
    if (mount.destination.replaceAll('/', '') === '') {
      problems.push(`mounts[${index}].destination: a mount onto the root file system is not supported yet`);
    }
  }
  return problems;
}

/** What a bind mount cannot be told: it has no superblock of its own. */
function bindProblems(options: readonly string[], index: number): string[] {
  const { bind, data, superblock } = parseMountOptions(options);
  if (!bind) return [];
  const rest = [...data, ...superblock.filter((option) => !['async', 'nolazytime', 'nomand'].includes(option))];
  const what = rest.map((option) => `"${option}"`).join(', ');
  return rest.length === 0
    ? []
    : [`mounts[${index}].options: bind mounts cannot have any filesystem-specific options applied: ${what}`];
}
