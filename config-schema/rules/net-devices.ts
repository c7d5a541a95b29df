import type { Path } from '../problems/problem.ts';
import { hasNamespace } from './namespaces.ts';
import type { Rule } from './rule.ts';

const NET_DEVICES: Path = ['linux', 'netDevices'];

// The kernel's dev_valid_name(): at most IFNAMSIZ - 1 bytes, not "." or "..", no slash, colon or white space.
function isInterfaceName(name: string): boolean {
  if (name === '' || name === '.' || name === '..' || /[/:\s]/.test(name)) return false;
  return new TextEncoder().encode(name).length <= 15;
}

const netDevicesNeedNetworkNamespace: Rule = {
  name: 'net-devices-need-a-network-namespace',
  relyOn: [['linux', 'namespaces']],
  check(config, report) {
    if (hasNamespace(config, 'network') || Object.keys(config.linux?.netDevices ?? {}).length === 0) return;
    const says = 'unable to move network devices without a private NET namespace';
    report({ path: NET_DEVICES, says, wanted: 'a namespace of type network in linux.namespaces' });
  },
};

const netDeviceNamesAreValid: Rule = {
  name: 'net-device-names-are-valid',
  check({ linux }, report) {
    const wanted = 'an interface name of 1 to 15 bytes without slash, colon or white space';
    for (const [name, device] of Object.entries(linux?.netDevices ?? {})) {
      const path = [...NET_DEVICES, name];
      if (!isInterfaceName(name)) report({ path, says: 'invalid network device name', wanted, found: name });
      if (!device.name || isInterfaceName(device.name)) continue;
      report({ path: [...path, 'name'], says: 'invalid network device name', wanted, found: device.name });
    }
  },
};

export const netDeviceRules: readonly Rule[] = [netDevicesNeedNetworkNamespace, netDeviceNamesAreValid];
