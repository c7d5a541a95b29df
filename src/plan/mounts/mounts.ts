import type { Mount } from '../../../config-schema/index.ts';
import type { ResultOf } from '../../../native-bindings/executor/call.ts';
import { MOUNT_ATTR_RDONLY } from '../../../native-bindings/kernel/mount.ts';
import { O_DIRECTORY, O_NOFOLLOW } from '../../../native-bindings/kernel/open.ts';
import type { StepList } from '../builder.ts';
import { cleanPath } from '../container-path.ts';
import { openInRoot, withMountPoint } from '../in-root.ts';
import type { PlanInput } from '../input.ts';
import { hasNewNamespace } from '../namespaces.ts';
import { attachInside, attachMount, setMountAttributes } from './attach.ts';
import { cloneMountAtPath } from './bind.ts';
import { closeScratch } from './close-scratch.ts';
import { createFileSystem } from './file-system.ts';
import { type MountOptions, parseMountOptions } from './options.ts';

/** Virtual file systems, whose superblock says nothing about the mount: `ro` is an attribute of the mount only. */
const VIRTUAL = new Set(['proc', 'sysfs', 'cgroup', 'cgroup2', 'mqueue', 'devpts', 'tmpfs', 'ramfs', 'securityfs']);
/** Mounting these over anything but a plain directory has redirected the writes of runtimes (CVE-2023-27561). */
const NEEDS_REAL_DIRECTORY = new Set(['proc', 'sysfs']);

/** Each mount opens a handful of descriptors; a soft limit of 256 of them is common. */
const MOUNTS_PER_CLOSE = 16;

/**
 * New tmpfs mounts of this plan whose descriptor is still open, by their mount point. Nobody else can reach into them
 * yet, so names right below them need no careful resolution.
 */
export type FreshMounts = ReadonlyMap<string, ResultOf>;

/** The mounts of config.json, in their order, below the root file system. */
export function planMounts(steps: StepList, input: PlanInput): FreshMounts {
  const fresh = new Map<string, ResultOf>();
  for (const [index, mount] of (input.config.mounts ?? []).entries()) {
    steps.about(`mounts[${index}]`, `mount ${describe(mount)} on ${mount.destination}`, () => {
      planMount(steps, input, mount, fresh);
      if (index % MOUNTS_PER_CLOSE === MOUNTS_PER_CLOSE - 1) {
        closeScratch(steps, input.fds);
        fresh.clear();
      }
    });
  }
  return fresh;
}

/** Mounts that had to stay writable while their mount points were made become read-only. */
export function planReadOnlyMounts(steps: StepList, { config, fds }: PlanInput): void {
  for (const [index, mount] of (config.mounts ?? []).entries()) {
    const options = parseMountOptions(mount.options ?? []);
    if (!isReadOnlyLater(mount, options)) continue;
    steps.about(`mounts[${index}]`, `make ${mount.destination} read-only`, () => {
      setMountAttributes(steps, openInRoot(steps, fds.root, cleanPath(mount.destination)), { set: MOUNT_ATTR_RDONLY });
      closeScratch(steps, fds);
    });
  }
}

/** Later mounts and the default devices have to be created inside these: they are made read-only at the end. */
function isReadOnlyLater(mount: Mount, options: MountOptions): boolean {
  const isTmpfs = !options.bind && mount.type === 'tmpfs';
  const isDev = cleanPath(mount.destination) === '/dev';
  return (isTmpfs || isDev) && (options.set & MOUNT_ATTR_RDONLY) !== 0;
}

function planMount(steps: StepList, input: PlanInput, mount: Mount, fresh: Map<string, ResultOf>): void {
  const options = parseMountOptions(mount.options ?? []);
  const source = bindSource(mount, options, input);
  const detached =
    source !== undefined ? planBind(steps, mount, options, source) : planFileSystem(steps, mount, options);
  const isFile = source !== undefined && input.facts.fileSources.has(source);
  const path = cleanPath(mount.destination);
  const parent = fresh.get(cleanPath(`${path}/..`));
  if (parent && !fresh.has(path)) attachInside(steps, detached, parent, path.slice(path.lastIndexOf('/') + 1), isFile);
  else {
    const flags = source === undefined && NEEDS_REAL_DIRECTORY.has(mount.type ?? '') ? O_DIRECTORY | O_NOFOLLOW : 0;
    const place = { type: isFile ? 'file' : 'directory', flags } as const;
    withMountPoint(steps, input.fds.root, path, place, (target) => attachMount(steps, detached, target));
  }
  // What was fresh below this mount point is covered now.
  for (const known of fresh.keys()) if (`${known}/`.startsWith(`${path}/`)) fresh.delete(known);
  if (source === undefined && mount.type === 'tmpfs') fresh.set(path, detached);
  if (options.recursiveSet !== 0 || options.recursiveClear !== 0) {
    setMountAttributes(steps, detached, { set: options.recursiveSet, clear: options.recursiveClear }, true);
  }
  for (const { flag, recursive } of options.propagation) {
    setMountAttributes(steps, detached, { propagation: flag }, recursive);
  }
}

/**
 * The host's path that a mount binds, or undefined for a new file system. Without a cgroup namespace of its own a new
 * mount of cgroup2 would show the host's hierarchy and reset the options of the host's mount (nsdelegate,
 * memory_recursiveprot): the host's mount is bound instead.
 */
export function bindSource(
  mount: Mount,
  options: MountOptions,
  { config, bundle, facts }: PlanInput,
): string | undefined {
  if (options.bind) {
    const source = mount.source ?? '';
    return source.startsWith('/') ? source : `${bundle}/${source}`;
  }
  const isCgroup = mount.type === 'cgroup' || mount.type === 'cgroup2';
  return isCgroup && !hasNewNamespace(config, 'cgroup') ? facts.cgroupRoot : undefined;
}

function planBind(steps: StepList, mount: Mount, options: MountOptions, source: string) {
  const detached = cloneMountAtPath(steps, source, options.recursiveBind);
  if (options.set !== 0 || options.clear !== 0) {
    const set = isReadOnlyLater(mount, options) ? options.set & ~MOUNT_ATTR_RDONLY : options.set;
    setMountAttributes(steps, detached, { set, clear: options.clear });
  }
  return detached;
}

function planFileSystem(steps: StepList, mount: Mount, options: MountOptions) {
  const type = mount.type === 'cgroup' ? 'cgroup2' : (mount.type ?? '');
  const isReadOnly = (options.set & MOUNT_ATTR_RDONLY) !== 0;
  const attributes = isReadOnlyLater(mount, options) ? options.set & ~MOUNT_ATTR_RDONLY : options.set;
  const superblock = isReadOnly && !VIRTUAL.has(type) ? ['ro', ...options.superblock] : options.superblock;
  return createFileSystem(steps, {
    type,
    parameters: [...superblock, ...options.data],
    attributes,
    ...(mount.source === undefined ? {} : { source: mount.source }),
  });
}

function describe(mount: Mount): string {
  const { bind } = parseMountOptions(mount.options ?? []);
  return bind ? `${mount.source ?? ''} (bind)` : (mount.type ?? '');
}
