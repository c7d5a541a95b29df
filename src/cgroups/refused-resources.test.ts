import { describe, expect, test } from 'bun:test';
import type { Resources } from '../../config-schema/resources.ts';
import type { DeviceRuleConfig } from './device-rules.ts';
import type { ResourcesConfig } from './refused-resources.ts';
import { refusedResources } from './refused-resources.ts';

/** The types of config-schema fit the types that this folder declares for itself. */
const fromSchema = (resources: Resources) => [refusedResources(resources), resources.devices satisfies Devices];
type Devices = readonly DeviceRuleConfig[] | undefined;

describe('refusedResources', () => {
  const nothingAsked: [string, (ResourcesConfig & Record<string, unknown>) | null | undefined][] = [
    ['nothing', undefined],
    ['null', null],
    ['device rules', { devices: [{ allow: false, access: 'rwm' }] }],
    ['empty sections', { memory: {}, cpu: {}, pids: null, blockIO: {}, network: {}, rdma: {}, unified: {} }],
    ['empty lists', { hugepageLimits: [], blockIO: { weightDevice: [] }, network: { priorities: [] } }],
    ['unlimited', { memory: { limit: -1, swap: -1n, reservation: 0 }, pids: { limit: -1 }, cpu: { quota: -1 } }],
    [
      'neutral',
      { memory: { disableOOMKiller: false, swappiness: null, useHierarchy: true }, cpu: { shares: 0, cpus: '' } },
    ],
    ['a period alone', { cpu: { period: 100000 } }],
    ['unknown properties', { later: { limit: 1 }, memory: { later: 1 } }],
  ];
  test.each(nothingAsked)('%s asks for nothing', (_, resources) => {
    expect(refusedResources(resources)).toEqual([]);
  });

  test.each([
    ['memory.limit', { memory: { limit: 1048576 } }],
    ['memory.reservation', { memory: { reservation: 1 } }],
    ['memory.swap', { memory: { swap: 2n ** 60n } }],
    ['memory.kernel', { memory: { kernel: 1 } }],
    ['memory.kernelTCP', { memory: { kernelTCP: 1 } }],
    ['memory.swappiness', { memory: { swappiness: 0 } }],
    ['memory.disableOOMKiller', { memory: { disableOOMKiller: true } }],
    ['cpu.shares', { cpu: { shares: 2 } }],
    ['cpu.quota', { cpu: { quota: 50000 } }],
    ['cpu.period', { cpu: { period: 1000 } }],
    ['cpu.burst', { cpu: { burst: 1 } }],
    ['cpu.realtimeRuntime', { cpu: { realtimeRuntime: 1 } }],
    ['cpu.realtimePeriod', { cpu: { realtimePeriod: 1 } }],
    ['cpu.cpus', { cpu: { cpus: '0-1' } }],
    ['cpu.mems', { cpu: { mems: '0' } }],
    ['cpu.idle', { cpu: { idle: 1 } }],
    ['pids.limit', { pids: { limit: 0 } }],
    ['blockIO.weight', { blockIO: { weight: 10 } }],
    ['blockIO.leafWeight', { blockIO: { leafWeight: 10 } }],
    ['blockIO.weightDevice', { blockIO: { weightDevice: [{ major: 8, minor: 0, weight: 100 }] } }],
    ['blockIO.throttleReadBpsDevice', { blockIO: { throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }] } }],
    ['blockIO.throttleWriteBpsDevice', { blockIO: { throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 1 }] } }],
    ['blockIO.throttleReadIOPSDevice', { blockIO: { throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 1 }] } }],
    ['blockIO.throttleWriteIOPSDevice', { blockIO: { throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 1 }] } }],
    ['hugepageLimits[0]', { hugepageLimits: [{ pageSize: '2MB', limit: 1 }] }],
    ['network.classID', { network: { classID: 1 } }],
    ['network.priorities', { network: { priorities: [{ name: 'eth0', priority: 1 }] } }],
    ['rdma["mlx5_1"]', { rdma: { mlx5_1: { hcaHandles: 3 } } }],
    ['unified["memory.high"]', { unified: { 'memory.high': '1' } }],
  ])('%s is refused', (property, resources) => {
    const refused = refusedResources(resources);
    expect(refused.map(({ configPath }) => configPath)).toEqual([`linux.resources.${property}`]);
    expect(refused[0]?.message).toMatch(/^linux\.resources\..*: .* asks for a limit that is not supported yet$/);
  });

  test('all of them at once, each with what was found', () => {
    const resources: Resources = { memory: { limit: 9007199254740993n }, cpu: { cpus: '0' }, unified: { 'a.b': 'x' } };
    expect(refusedResources(resources).map(({ message }) => message)).toEqual([
      'linux.resources.memory.limit: "9007199254740993" asks for a limit that is not supported yet',
      'linux.resources.cpu.cpus: "0" asks for a limit that is not supported yet',
      'linux.resources.unified["a.b"]: "x" asks for a limit that is not supported yet',
    ]);
    expect(fromSchema(resources)).toHaveLength(2);
  });

  test('a long value is cut', () => {
    const [refused] = refusedResources({ cpu: { cpus: '0,'.repeat(1000) } });
    expect(refused?.message.length).toBeLessThan(160);
  });
});
