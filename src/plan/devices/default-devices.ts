import type { Argument } from '../../../native-bindings/executor/call.ts';
import { cstring } from '../../../native-bindings/executor/call.ts';
import { O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH, S_IFCHR, S_IFREG } from '../../../native-bindings/kernel/open.ts';
import type { StepList } from '../builder.ts';
import { cleanPath } from '../container-path.ts';
import { withMountPoint } from '../in-root.ts';
import type { PlanInput } from '../input.ts';
import { attachMount } from '../mounts/attach.ts';
import { cloneMountAtPath } from '../mounts/bind.ts';
import { closeScratch } from '../mounts/close-scratch.ts';
import type { FreshMounts } from '../mounts/mounts.ts';
import { parseMountOptions } from '../mounts/options.ts';
import { hasNewNamespace } from '../namespaces.ts';
import { checkDevice } from './check-device.ts';

/** The devices that the specification promises (config-linux.md, default devices): name, major, minor. */
const DEFAULT_DEVICES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const;

type Device = (typeof DEFAULT_DEVICES)[number];

const MODE = 0o666;

/** True when config.json binds a directory onto /dev: then everything in it is the user's. */
export function isDevBound({ config }: PlanInput): boolean {
  return (config.mounts ?? []).some(
    (mount) => cleanPath(mount.destination) === '/dev' && parseMountOptions(mount.options ?? []).bind,
  );
}

/**
 * Creates the default devices and links in the container's /dev.
 * @param fresh a /dev that this plan has just made is empty and open already
 */
export function planDefaultDevices(steps: StepList, input: PlanInput, fresh: FreshMounts): void {
  if (isDevBound(input)) return;
  const { config, fds, facts } = input;
  const newDev = fresh.get('/dev');
  const dev = newDev ?? fds.dev;
  if (!newDev) {
    steps.about('', 'open /dev of the container', () => {
      withMountPoint(steps, fds.root, '/dev', { type: 'directory', flags: O_DIRECTORY }, (directory) => {
        // EINVAL: that is its number already, the lowest free one.
        steps.call('dup3', [directory, fds.dev, O_CLOEXEC], ['EINVAL']);
      });
    });
  }
  const canMakeDevices = facts.canMakeDevices && !hasNewNamespace(config, 'user');
  for (const device of DEFAULT_DEVICES) {
    steps.about('', `create /dev/${device[0]}`, () => {
      if (canMakeDevices) createDevice(steps, dev, device, newDev !== undefined);
      else bindDevice(steps, dev, device);
    });
  }
  for (const [name, target] of links(facts.hasKcore)) {
    steps.about('', `link /dev/${name} to ${target}`, () => {
      // An image may bring its own ptmx: it would be the host's terminal multiplexer.
      if (name === 'ptmx' && !newDev) steps.call('unlinkat', [dev, cstring(name), 0], ['ENOENT']);
      steps.call('symlinkat', [cstring(target), dev, cstring(name)], ['EEXIST']);
    });
  }
  steps.about('', 'close what mounts and devices were made with', () => closeScratch(steps, fds));
}

function links(hasKcore: boolean): (readonly [string, string])[] {
  return [
    ['ptmx', 'pts/ptmx'],
    ['fd', '/proc/self/fd'],
    ['stdin', '/proc/self/fd/0'],
    ['stdout', '/proc/self/fd/1'],
    ['stderr', '/proc/self/fd/2'],
    ...(hasKcore ? [['core', '/proc/kcore'] as const] : []),
  ];
}

/** Makes a node. In a /dev that an image brings, a node that is already the right one is kept. */
function createDevice(steps: StepList, dev: Argument, [name, major, minor]: Device, isEmpty: boolean): void {
  const make = [dev, cstring(name), S_IFCHR | MODE, (major << 8) | minor];
  if (isEmpty) steps.call('mknodat', make);
  else {
    steps.callOrElse('mknodat', make, ['EEXIST'], () => {
      const found = steps.call('openat', [dev, cstring(name), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0]);
      checkDevice(steps, found, major, minor);
    });
  }
}

/** Covers a file with the host's device, where mknod(2) is not allowed. */
function bindDevice(steps: StepList, dev: Argument, [name, major, minor]: Device): void {
  steps.call('mknodat', [dev, cstring(name), S_IFREG | MODE, 0], ['EEXIST']);
  const target = steps.call('openat', [dev, cstring(name), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0]);
  const source = cloneMountAtPath(steps, `/dev/${name}`, false);
  checkDevice(steps, source, major, minor);
  attachMount(steps, source, target);
}
