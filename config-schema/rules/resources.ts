import type { Path } from '../problems/problem.ts';
import type { Rule } from './rule.ts';

const RESOURCES: Path = ['linux', 'resources'];

const isAccess = (access: string): boolean => [...access].every((letter) => 'rwm'.includes(letter));

const deviceRulesAreComplete: Rule = {
  name: 'device-rules-are-complete',
  check({ linux }, report) {
    linux?.resources?.devices?.forEach(({ type, access }, index) => {
      const path = [...RESOURCES, 'devices', index];
      // Go writes an empty string where the type is left out; both mean all types.
      if (type && type !== 'a' && type !== 'c' && type !== 'b') {
        report({ path: [...path, 'type'], says: 'invalid device type', wanted: 'a, c or b', found: type });
      }
      if (!access) {
        const says = 'device access cannot be empty';
        report({ path: [...path, 'access'], says, wanted: 'one or more of the letters r, w, m' });
      } else if (!isAccess(access)) {
        const says = 'invalid device access';
        report({ path: [...path, 'access'], says, wanted: 'one or more of the letters r, w, m', found: access });
      }
    });
  },
};

const swapCoversMemory: Rule = {
  name: 'swap-limit-covers-the-memory-limit',
  relyOn: [[...RESOURCES, 'memory']],
  check({ linux }, report) {
    // `swap` limits memory and swap together. 0 is "not set" and -1 "no limit", for both.
    const { limit = 0, swap = 0 } = linux?.resources?.memory ?? {};
    if (swap <= 0 || limit < 0) return;
    const path = [...RESOURCES, 'memory', 'swap'];
    if (BigInt(limit) === 0n) {
      const says = 'unable to set swap limit without memory limit';
      report({ path, says, wanted: 'linux.resources.memory.limit', found: swap });
    } else if (swap < limit) {
      const says = `memory+swap limit should be >= memory limit ${limit}`;
      report({ path, says, wanted: `at least ${limit}`, found: swap });
    }
  },
};

const blockIoWeightsAreInRange: Rule = {
  name: 'block-io-weights-are-in-range',
  check({ linux }, report) {
    const blockIO = linux?.resources?.blockIO;
    const wanted = 'an integer from 10 to 1000, or 0 for none';
    const check = (path: Path, weight: number | undefined): void => {
      if (weight === undefined || weight === 0 || (weight >= 10 && weight <= 1000)) return;
      report({ path: [...RESOURCES, 'blockIO', ...path], says: `expected ${wanted}`, wanted, found: weight });
    };
    check(['weight'], blockIO?.weight);
    check(['leafWeight'], blockIO?.leafWeight);
    blockIO?.weightDevice?.forEach(({ weight, leafWeight }, index) => {
      check(['weightDevice', index, 'weight'], weight);
      check(['weightDevice', index, 'leafWeight'], leafWeight);
    });
  },
};

export const resourceRules: readonly Rule[] = [deviceRulesAreComplete, swapCoversMemory, blockIoWeightsAreInRange];
