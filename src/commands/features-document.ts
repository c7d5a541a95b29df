import { SPECIFICATION_VERSION } from '../../config-schema/specification-version.ts';
import { CAPABILITIES } from '../../native-bindings/kernel/capability.ts';
import { knownMountOptions } from '../plan/mounts/options.ts';
import type { NamespaceType } from '../plan/namespaces.ts';
import { COMMIT, VERSION } from './version.ts';

const HOOKS = ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'];

const NAMESPACES: readonly NamespaceType[] = ['cgroup', 'ipc', 'mount', 'network', 'pid', 'user', 'uts'];

/**
 * What ocirun recognises in config.json (features.md of the runtime specification). Engines decide by it what they ask
 * for, so it says `false` wherever a config that asks for it is refused. `features-document.test.ts` holds it to that.
 */
export function featuresDocument(): object {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: SPECIFICATION_VERSION,
    hooks: HOOKS,
    mountOptions: knownMountOptions(),
    linux: {
      namespaces: NAMESPACES,
      capabilities: CAPABILITIES,
      cgroup: { v1: false, v2: true, systemd: false, systemdUser: false, rdma: false },
      seccomp: { enabled: false },
      apparmor: { enabled: false },
      selinux: { enabled: false },
      intelRdt: { enabled: false },
      mountExtensions: { idmap: { enabled: false } },
      netDevices: { enabled: false },
    },
    annotations: {
      'ocirun.version': VERSION,
      ...(COMMIT === undefined ? {} : { 'ocirun.commit': COMMIT }),
    },
  };
}
