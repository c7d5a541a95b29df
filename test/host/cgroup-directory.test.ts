import { afterEach, describe, expect, test } from 'bun:test';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeDirectory, openFile } from '../../native-bindings/files.ts';
import { O_DIRECTORY } from '../../native-bindings/kernel/open.ts';
import { createCgroup } from '../../src/cgroups/create.ts';
import type { ContainerCgroup } from '../../src/cgroups/directory.ts';
import { openBelow, openCgroup } from '../../src/cgroups/directory.ts';
import { readEvents, thaw } from '../../src/cgroups/events.ts';
import { findHierarchy, openHierarchy } from '../../src/cgroups/hierarchy.ts';
import { killCgroup } from '../../src/cgroups/kill.ts';
import { prepareCgroup } from '../../src/cgroups/prepare.ts';
import { removeCgroup } from '../../src/cgroups/remove.ts';
import { processesOf, removeBelow } from '../../src/cgroups/tree.ts';

/** Real cgroups: made, used by real processes, killed and removed. */

const hierarchy = findHierarchy();
const root = hierarchy.kind === 'none' ? '' : hierarchy.root;
const missing = process.getuid?.() !== 0 ? 'not root' : hierarchy.kind === 'none' ? 'no cgroup2' : '';

const top = `/ocirun-test-directory-${process.pid}`;
const file = (path: string, name: string) => `${root}${path}/${name}`;

describe.skipIf(missing !== '')(`the cgroup directory${missing && ` (skipped: ${missing})`}`, () => {
  afterEach(() => {
    // Each test leaves nothing; and a test that fails must not make the next ones fail.
    const left = existsSync(root + top);
    if (left) {
      writeFileSync(file(top, 'cgroup.kill'), '1');
      spawnSync('sleep', ['0.2']);
      using directory = openFile(root + top, O_DIRECTORY);
      removeBelow(directory.number);
      rmdirSync(root + top);
    }
    expect(left).toBe(false);
  });

  /** Starts a process in a cgroup and waits until it is there. */
  async function startIn(path: string, command = 'exec sleep 60') {
    const child = spawn('sh', ['-c', `echo $$ > ${file(path, 'cgroup.procs')} && echo in && { ${command}; }`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return { pid: child.pid ?? -1, exit: once(child, 'exit') };
  }

  test('is made with what is missing above it, and removed with it', () => {
    const { cgroup, directory } = createCgroup(root, `${top}/a/b`);
    expect(cgroup.created.map(({ path }) => path)).toEqual([top, `${top}/a`, `${top}/a/b`]);
    expect(existsSync(file(`${top}/a/b`, 'cgroup.procs'))).toBe(true);
    expect(processesOf(directory.number)).toEqual([]);
    expect(readEvents(directory.number)).toEqual({ populated: false, frozen: false });
    directory.close();
    // The value goes into state.json and comes back.
    removeCgroup(JSON.parse(JSON.stringify(cgroup)) as ContainerCgroup);
    expect(existsSync(root + top)).toBe(false);
    removeCgroup(cgroup);
  });

  test('what was there before stays', () => {
    mkdirSync(`${root}${top}/a`, { recursive: true });
    const inside = createCgroup(root, `${top}/a/b`);
    const same = createCgroup(root, `${top}/a`);
    expect(inside.cgroup.created.map(({ path }) => path)).toEqual([`${top}/a/b`]);
    expect(same.cgroup.created).toEqual([]);
    inside.directory.close();
    same.directory.close();
    removeCgroup(inside.cgroup);
    removeCgroup(same.cgroup);
    expect(existsSync(`${root}${top}/a`)).toBe(true);
    rmdirSync(`${root}${top}/a`);
    rmdirSync(root + top);
  });

  test('a directory above that somebody else uses by now stays', () => {
    const first = createCgroup(root, `${top}/a`);
    const second = createCgroup(root, `${top}/b`);
    first.directory.close();
    second.directory.close();
    removeCgroup(first.cgroup);
    expect(existsSync(`${root}${top}/b`)).toBe(true);
    removeCgroup(second.cgroup);
    expect(existsSync(root + top)).toBe(true);
    rmdirSync(root + top);
  });

  test("another cgroup at the same path is not taken for the container's", () => {
    mkdirSync(root + top);
    const { cgroup, directory } = createCgroup(root, `${top}/a`);
    directory.close();
    rmdirSync(`${root}${top}/a`);
    mkdirSync(`${root}${top}/a`);
    expect(openCgroup(cgroup)).toBeUndefined();
    removeCgroup(cgroup);
    expect(existsSync(`${root}${top}/a`)).toBe(true);
    rmdirSync(`${root}${top}/a`);
    rmdirSync(root + top);
  });

  test('kill reaches every process below, also frozen ones, and removal waits for them', async () => {
    const { cgroup, directory } = createCgroup(root, `${top}/a`);
    mkdirSync(`${root}${top}/a/x/y`, { recursive: true });
    const processes = [await startIn(`${top}/a`), await startIn(`${top}/a/x/y`, 'sleep 60 & sleep 60')];
    // The shell of the second one still has to fork its two children.
    for (let tries = 0; processesOf(directory.number).length < 4 && tries < 100; tries++) await Bun.sleep(10);
    expect(processesOf(directory.number)).toHaveLength(4);
    expect(processesOf(directory.number)).toContain(processes[0]?.pid ?? 0);
    expect(readEvents(directory.number)).toEqual({ populated: true, frozen: false });
    writeFileSync(file(`${top}/a`, 'cgroup.freeze'), '1');
    for (let tries = 0; !readEvents(directory.number).frozen && tries < 100; tries++) await Bun.sleep(10);
    expect(readEvents(directory.number).frozen).toBe(true);

    expect(killCgroup(directory.number)).toBe(true);
    removeCgroup(cgroup);
    for (const { exit } of processes) expect(await exit).toEqual([null, 'SIGKILL']);
    expect(killCgroup(directory.number)).toBe(false);
    expect(processesOf(directory.number)).toEqual([]);
    expect(readEvents(directory.number)).toEqual({ populated: false, frozen: false });
    directory.close();
  });

  test('a cgroup with processes is refused, and removing one says who is in it', async () => {
    const { cgroup, directory } = createCgroup(root, `${top}/a`);
    mkdirSync(`${root}${top}/a/x`);
    const { pid, exit } = await startIn(`${top}/a/x`);
    expect(() => createCgroup(root, `${top}/a`)).toThrow("container's cgroup is not empty: 1 process(es) found");
    expect(() => removeCgroup(cgroup, 20)).toThrow(
      `cannot remove cgroup ${top}/a: 1 process(es) still in it (pid ${pid})`,
    );
    killCgroup(directory.number);
    await exit;
    directory.close();
    removeCgroup(cgroup);
  });

  test('a frozen cgroup is refused, whoever froze it; removal thaws', () => {
    const { cgroup, directory } = createCgroup(root, `${top}/a`);
    writeFileSync(file(top, 'cgroup.freeze'), '1');
    expect(() => createCgroup(root, `${top}/a`)).toThrow("container's cgroup unexpectedly frozen");
    expect(() => createCgroup(root, `${top}/new`)).toThrow("container's cgroup unexpectedly frozen");
    expect(existsSync(`${root}${top}/new`)).toBe(false);
    writeFileSync(file(top, 'cgroup.freeze'), '0');
    writeFileSync(file(`${top}/a`, 'cgroup.freeze'), '1');
    expect(() => createCgroup(root, `${top}/a`)).toThrow("container's cgroup unexpectedly frozen");
    thaw(directory.number);
    expect(readFileSync(file(`${top}/a`, 'cgroup.freeze'), 'utf8')).toBe('0\n');
    directory.close();
    removeCgroup(cgroup);
  });

  test('threaded and invalid cgroups are refused, and nothing is left', () => {
    mkdirSync(`${root}${top}/threads`, { recursive: true });
    writeFileSync(file(`${top}/threads`, 'cgroup.type'), 'threaded');
    expect(() => createCgroup(root, `${top}/threads`)).toThrow(
      `cannot enter cgroup ${top}/threads: it is in "threaded" mode`,
    );
    expect(() => createCgroup(root, `${top}/a/b`)).toThrow('it is in "domain invalid" mode');
    expect(existsSync(`${root}${top}/a`)).toBe(false);
    rmdirSync(`${root}${top}/threads`);
    rmdirSync(root + top);
  });

  test('a tree as deep as a container likes is removed', () => {
    const { cgroup, directory } = createCgroup(root, `${top}/a`);
    // As a path longer than PATH_MAX.
    const name = 'n'.repeat(60);
    let deepest = openBelow(directory.number, '.');
    for (let depth = 0; depth < 200; depth++) {
      makeDirectory(name, 0o755, deepest.number);
      const next = openBelow(deepest.number, name);
      deepest.close();
      deepest = next;
    }
    deepest.close();
    directory.close();
    removeCgroup(cgroup);
  });

  test('names that the kernel refuses are its error, and nothing is left', () => {
    expect(() => createCgroup(root, `${top}/a\nb`)).toThrow('invalid argument');
    expect(() => createCgroup(root, `${top}/${'x'.repeat(5000)}`)).toThrow('file name too long');
    expect(existsSync(root + top)).toBe(false);
  });

  test('no path leads out of the file system', () => {
    expect(() => createCgroup(root, '/../tmp/x')).toThrow('invalid cross-device link');
    expect(() => openHierarchy('/tmp')).toThrow('/tmp is no cgroup2 file system any more');
  });

  test('makers and removers of neighbours do not disturb each other', async () => {
    const script = `
      import { createCgroup } from ${JSON.stringify(fileURLToPath(new URL('../../src/cgroups/create.ts', import.meta.url)))};
      import { removeCgroup } from ${JSON.stringify(fileURLToPath(new URL('../../src/cgroups/remove.ts', import.meta.url)))};
      for (let i = 0; i < 150; i++) {
        const { cgroup, directory } = createCgroup(${JSON.stringify(root)}, ${JSON.stringify(`${top}/a/b`)} + '/' + process.pid);
        directory.close();
        removeCgroup(cgroup);
      }`;
    const run = () => Bun.spawn([process.execPath, '-e', script], { stderr: 'pipe' });
    const results = await Promise.all(
      [run(), run(), run()].map(async (child) => [await child.exited, await new Response(child.stderr).text()]),
    );
    expect(results).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    // Whoever made a directory may find it in use, and leaves it then.
    for (const path of [`${top}/a/b`, `${top}/a`, top]) if (existsSync(root + path)) rmdirSync(root + path);
  }, 30_000);

  test('a user who may not make cgroups runs without one, unless something needs it', () => {
    const script = `
      import { prepareCgroup } from ${JSON.stringify(fileURLToPath(new URL('../../src/cgroups/prepare.ts', import.meta.url)))};
      process.setgid(65534);
      process.setuid(65534);
      const attempt = (request) => {
        try {
          return prepareCgroup(request);
        } catch (error) {
          return error.message;
        }
      };
      const id = 'ocirun-test-unprivileged';
      console.log(JSON.stringify([
        attempt({ id, cgroupsPath: undefined, demandedBy: undefined }),
        attempt({ id, cgroupsPath: '/' + id, demandedBy: 'linux.cgroupsPath' }),
      ]));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script]);
    const [without, refused] = JSON.parse(String(stdout) || `["", ${JSON.stringify(String(stderr))}]`);
    expect(without).toEqual({
      kind: 'none',
      reason: expect.stringContaining('permission denied; run as root, or in a'),
    });
    expect(refused).toMatch(
      /^linux\.cgroupsPath needs a cgroup: cannot make cgroup \/ocirun-test-unprivileged: .*permission denied/,
    );
  });

  test('prepareCgroup makes the cgroup of an absolute path', () => {
    const prepared = prepareCgroup({ id: 'c1', cgroupsPath: `${top}/../${top}/c1`, demandedBy: 'linux.cgroupsPath' });
    if (prepared.kind !== 'cgroup') throw new Error(prepared.reason);
    expect(prepared.cgroup.path).toBe(`${top}/c1`);
    prepared.directory.close();
    removeCgroup(prepared.cgroup);
  });
});
