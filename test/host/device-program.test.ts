import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from '../../native-bindings/files.ts';
import { O_DIRECTORY } from '../../native-bindings/kernel/open.ts';
import { attachDeviceProgram, attachedPrograms } from '../../src/cgroups/attach-devices.ts';
import { withBuiltInRules } from '../../src/cgroups/built-in-device-rules.ts';
import type { CreatedContainerCgroup } from '../../src/cgroups/create.ts';
import { createCgroup } from '../../src/cgroups/create.ts';
import { applyDeviceControl, compileDeviceControl } from '../../src/cgroups/device-control.ts';
import { deviceProgram } from '../../src/cgroups/device-program.ts';
import type { DeviceRule } from '../../src/cgroups/device-rules.ts';
import { parseDeviceRules } from '../../src/cgroups/device-rules.ts';
import { findHierarchy } from '../../src/cgroups/hierarchy.ts';
import { loadDeviceProgram } from '../../src/cgroups/load-device-program.ts';
import { permissionTable } from '../../src/cgroups/permission-table.ts';
import { removeCgroup } from '../../src/cgroups/remove.ts';

/** Device programs in the kernel: loaded, attached, and tried by processes that make and open real device nodes. */

const hierarchy = findHierarchy();
const root = hierarchy.kind === 'none' ? '' : hierarchy.root;
const missing = process.getuid?.() !== 0 ? 'not root' : hierarchy.kind === 'none' ? 'no cgroup2' : '';

/** Devices that may be opened for reading and writing without any effect. Block 7:250 need not exist to be denied. */
const NODES = ['c 1 3', 'c 1 5', 'c 1 7', 'c 1 9', 'c 1 11', 'b 7 250', 'b 7 251'] as const;
const ACCESSES = ['r', 'w', 'rw', 'm'] as const;

describe.skipIf(missing !== '')(`device programs${missing && ` (skipped: ${missing})`}`, () => {
  const parent = `/ocirun-test-devices-${process.pid}`;
  let nodes = '';
  let created: CreatedContainerCgroup;

  beforeAll(() => {
    nodes = mkdtempSync(join(tmpdir(), 'ocirun-devices-'));
    mkdirSync(join(nodes, 'new'));
    for (const node of NODES) spawnSync('mknod', [join(nodes, node.replaceAll(' ', '-')), ...node.split(' ')]);
    created = createCgroup(root, `${parent}/container`);
  });

  afterAll(() => {
    created.directory.close();
    removeCgroup(created.cgroup);
    rmSync(nodes, { recursive: true });
  });

  /** Every access to every node, tried by a process in the cgroup: `c 1 3 rw`. EPERM alone counts as denied. */
  function allowedAccesses(cgroup = created.cgroup.path): string[] {
    const attempts = NODES.flatMap((node) => {
      const path = join(nodes, node.replaceAll(' ', '-'));
      const made = join(nodes, 'new', node.replaceAll(' ', '-'));
      return [
        `try "${node} r" ': < ${path}'`,
        `try "${node} w" ': >> ${path}'`,
        `try "${node} rw" ': <> ${path}'`,
        `try "${node} m" 'mknod ${made} ${node}'; rm -f ${made}`,
      ];
    });
    const script = `echo $$ > ${root}${cgroup}/cgroup.procs || exit 3
      try() { case $(eval "( $2 )" 2>&1) in *"not permitted"*) ;; *) echo "$1";; esac; }
      ${attempts.join('\n')}`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script], { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } });
    if (status !== 0) throw new Error(`the probe ended with ${status}: ${stderr}`);
    return String(stdout).split('\n').filter(Boolean);
  }

  function attach(rules: readonly DeviceRule[]): void {
    using program = loadDeviceProgram(deviceProgram(permissionTable(rules)));
    attachDeviceProgram(created.directory.number, program.number);
  }

  const every = NODES.flatMap((node) => ACCESSES.map((access) => `${node} ${access}`));

  test('without a program everything is allowed: the probe works', () => {
    expect(allowedAccesses()).toEqual(every);
  });

  test('the default list lets make all nodes and open the usual ones', () => {
    const control = compileDeviceControl(parseDeviceRules([{ allow: false, access: 'rwm' }]), new Set());
    expect(applyDeviceControl(created.directory.number, control, { unprivileged: false })).toEqual({
      kind: 'attached',
    });
    const usable = ['c 1 3', 'c 1 5', 'c 1 7', 'c 1 9'];
    expect(allowedAccesses()).toEqual(
      every.filter((access) => access.endsWith(' m') || usable.includes(access.slice(0, 5))),
    );
  });

  test('a second program replaces the first', () => {
    attach(parseDeviceRules([{ allow: true, access: 'rwm' }]));
    const [first] = attachedPrograms(created.directory.number).ids;
    attach(parseDeviceRules([{ allow: true, type: 'c', major: 1, minor: 11, access: 'r' }]));
    const { ids, attachFlags } = attachedPrograms(created.directory.number);
    expect(ids).toHaveLength(1);
    expect(ids[0]).not.toBe(first ?? 0);
    expect(attachFlags).toBe(2);
    expect(allowedAccesses()).toEqual(['c 1 11 r']);
  });

  test('the program of a cgroup above stays in force', () => {
    attach(parseDeviceRules([{ allow: true, type: 'c', access: 'r' }]));
    const below = createCgroup(root, `${created.cgroup.path}/below`);
    try {
      using program = loadDeviceProgram(
        deviceProgram(permissionTable(parseDeviceRules([{ allow: true, access: 'rwm' }]))),
      );
      attachDeviceProgram(below.directory.number, program.number);
      expect(attachedPrograms(below.directory.number).ids).toHaveLength(1);
      expect(allowedAccesses(below.cgroup.path)).toEqual(every.filter((access) => /^c .* r$/.test(access)));
    } finally {
      below.directory.close();
      removeCgroup(below.cgroup);
    }
  });

  test('the kernel decides as the rules say, for 40 generated lists', () => {
    let state = 42;
    const below = (limit: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % limit;
    };
    const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
    for (let round = 0; round < 40; round++) {
      const list = Array.from({ length: 1 + below(8) }, () => ({
        allow: below(3) > 0,
        type: pick(['a', 'b', 'c', 'c']),
        major: pick([1, 7, -1]),
        minor: pick([3, 5, 11, 250, -1]),
        access: pick(['r', 'w', 'm', 'rw', 'rwm', 'rm']),
      }));
      const rules = withBuiltInRules(parseDeviceRules(list), new Set(['/dev/null', '/dev/zero'])).filter(
        // The built-in rules for all nodes would make every m the same.
        (rule) => rule.access !== 1 || rule.major !== undefined,
      );
      attach(rules);
      const wanted = every.filter((access) => isAllowed(rules, access));
      expect({ list, allowed: allowedAccesses() }).toEqual({ list, allowed: wanted });
    }
  }, 60_000);

  test('10,000 rules load, and 200,000 either load or are refused in one clear line', () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, index): DeviceRule => {
        const numbers = { major: 300 + (index % 1000), minor: Math.floor(index / 1000) };
        return { allow: true, type: index % 2 ? 'b' : 'c', ...numbers, access: 1 + (index % 7) };
      });
    attach([...rules(10_000), ...parseDeviceRules([{ allow: true, type: 'c', major: 1, minor: 11, access: 'r' }])]);
    expect(allowedAccesses()).toEqual(['c 1 11 r']);
    expect(tryLoad(rules(200_000))).toMatch(/^(loaded|linux\.resources\.devices: cannot load .*E2BIG.*|.*too long.*)$/);
  }, 30_000);

  test('a cgroup that was there before the container keeps no program of it', () => {
    const before = `${root}${parent}/before`;
    mkdirSync(before);
    const { cgroup, directory } = createCgroup(root, `${parent}/before`);
    try {
      using program = loadDeviceProgram(deviceProgram(permissionTable([])));
      attachDeviceProgram(directory.number, program.number);
      removeCgroup(cgroup);
      expect(attachedPrograms(directory.number).ids).toEqual([]);
    } finally {
      directory.close();
      rmdirSync(before);
    }
  });

  test('rules may be missing only where that takes nothing away', () => {
    using noCgroup = openFile('/', O_DIRECTORY);
    const privileged = { unprivileged: false };
    const control = (allow: boolean) => compileDeviceControl(parseDeviceRules([{ allow, access: 'rwm' }]), new Set());
    expect(() => applyDeviceControl(noCgroup.number, control(false), privileged)).toThrow(
      'linux.resources.devices: cannot attach the device rules: bpf BPF_PROG_QUERY: bad file descriptor',
    );
    for (const skipped of [
      applyDeviceControl(noCgroup.number, control(true), privileged),
      applyDeviceControl(noCgroup.number, control(false), { unprivileged: true }),
    ]) {
      expect(skipped.kind === 'skipped' && skipped.reason).toContain('bad file descriptor');
    }
  });

  test('a program that the verifier refuses is reported in its words', () => {
    const noResult = new Uint8Array([0x95, 0, 0, 0, 0, 0, 0, 0]);
    expect(() => loadDeviceProgram(noResult)).toThrow(/cannot load the device rules: bpf .*verifier: .*R0 !read_ok/);
  });
});

function tryLoad(rules: readonly DeviceRule[]): string {
  try {
    loadDeviceProgram(deviceProgram(permissionTable(rules))).close();
    return 'loaded';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The meaning of a list, once more in plain words: each permission goes by the last rule that names it. */
function isAllowed(rules: readonly DeviceRule[], access: string): boolean {
  const [type, major, minor, letters] = access.split(' ');
  return [...(letters ?? '')].every((letter) => {
    const bit = { m: 1, r: 2, w: 4 }[letter] ?? 0;
    const last = rules.findLast(
      (rule) =>
        (rule.type === 'a' || rule.type === type) &&
        (rule.major === undefined || rule.major === Number(major)) &&
        (rule.minor === undefined || rule.minor === Number(minor)) &&
        (rule.access & bit) !== 0,
    );
    return last?.allow ?? false;
  });
}
