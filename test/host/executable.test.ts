import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The standalone executable and where it loads code from. `state` of a container that does not exist is the command
 * throughout: it needs koffi and nothing else. The attacks end in a file that marks that foreign code has run.
 */

const project = dirname(dirname(import.meta.dirname));
const dist = join(project, 'dist');
const built = fs.existsSync(join(dist, 'ocirun'));
const root = process.geteuid?.() === 0;
const NOBODY = 65534;

const missing = (...needs: [condition: unknown, reason: string][]): string =>
  needs.flatMap(([condition, reason]) => (condition ? [] : [reason])).join(', ');
const needsBuild: [unknown, string] = [built, 'dist/ocirun is not built'];
const needsRoot: [unknown, string] = [root, 'needs root'];
const needsCompiler: [unknown, string] = [Bun.which('gcc'), 'gcc is not installed'];
const needsStrace: [unknown, string] = [Bun.which('strace'), 'strace is not installed'];

function group(name: string, lacks: string, body: () => void): void {
  describe.skipIf(lacks !== '')(lacks === '' ? name : `${name} (${lacks})`, body);
}

const base = fs.mkdtempSync(join(tmpdir(), 'ocirun-executable-'));
fs.chmodSync(base, 0o755);
afterAll(() => fs.rmSync(base, { recursive: true, force: true }));

let count = 0;
/** A new folder, owned by us and 0755 whatever the umask is. */
function folder(mode = 0o755): string {
  const path = join(base, `f${count++}`);
  fs.mkdirSync(path);
  fs.chmodSync(path, mode);
  return path;
}

/** A folder with the executable and, if asked, its addon. */
function install(options: { addon: boolean }, mode = 0o755): string {
  const path = folder(mode);
  // A second name for the same file is a copy in all that matters here, and the file has 110 MB.
  try {
    fs.linkSync(join(dist, 'ocirun'), join(path, 'ocirun'));
  } catch {
    fs.copyFileSync(join(dist, 'ocirun'), join(path, 'ocirun'));
  }
  if (options.addon) fs.copyFileSync(join(dist, 'koffi.node'), join(path, 'koffi.node'));
  return path;
}

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Result {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: options.cwd ?? base,
    env: options.env ?? {},
    encoding: 'utf8',
    input: '',
  });
  return { status, stdout, stderr };
}

const STATE = ['--root', '/nonexistent/ocirun-test', 'state', 'none'];

/** Asserts that a command that needs koffi works, in the sense that it finds that the container does not exist. */
function expectKoffi(result: Result): void {
  expect(result).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining('msg="container does not exist"') });
}

group('the executable runs', missing(needsBuild), () => {
  test('in an empty folder, with an empty environment', () => {
    const cwd = folder();
    expectKoffi(run(join(dist, 'ocirun'), STATE, { cwd }));
    const version = run(join(dist, 'ocirun'), ['--version'], { cwd });
    expect(version).toMatchObject({ status: 0, stderr: '' });
    expect(version.stdout).toMatch(/^ocirun version \d+\.\d+\.\d+\n(commit: [0-9a-f]{40}\n)?spec: 1\.3\.0\nbun: .*\n$/);
    expect(fs.readdirSync(cwd)).toEqual([]);
  });

  test.each([true, false])('copied elsewhere (with its addon: %p), with TMPDIR and HOME unusable', (addon) => {
    const path = install({ addon });
    fs.rmSync(join(path, 'ocirun'));
    fs.copyFileSync(join(dist, 'ocirun'), join(path, 'ocirun'));
    const readOnly = folder(0o555);
    for (const place of ['/nonexistent', '/proc', '/dev/null', readOnly]) {
      const env = { TMPDIR: place, TEMP: place, TMP: place, BUN_TMPDIR: place, HOME: place, XDG_CACHE_HOME: place };
      expectKoffi(run(join(path, 'ocirun'), STATE, { cwd: readOnly, env }));
    }
  });

  test('through a link, by the name of the link', () => {
    const path = folder();
    fs.symlinkSync(join(dist, 'ocirun'), join(path, 'runc'));
    expect(run(join(path, 'runc'), ['--version']).stdout).toStartWith('runc version ');
    expect(run(join(path, 'runc'), ['state']).stderr).toContain(
      `${JSON.stringify(join(path, 'runc')).slice(1, -1)}: \\"state\\" requires`,
    );
    expectKoffi(run(join(path, 'runc'), STATE));
  });

  test('with stdin, stdout and stderr closed, without writing into files that take their numbers', () => {
    const cwd = folder();
    const { status } = run('/bin/sh', ['-c', 'exec "$0" "$@" <&- >&- 2>&-', join(dist, 'ocirun'), ...STATE], { cwd });
    expect(status).toBe(1);
    expect(fs.readdirSync(cwd)).toEqual([]);
  });

  test('and says so when its answer cannot be written', () => {
    for (const args of [['--version'], ['features'], ['help']]) {
      const { status, stderr } = run('/bin/sh', ['-c', 'exec "$0" "$@" >/dev/full', join(dist, 'ocirun'), ...args]);
      expect(status).toBe(1);
      expect(stderr).toContain('cannot write to standard output: write fd 1: no space left on device');
    }
  });
});

group('nothing in the current directory steers the executable', missing(needsBuild), () => {
  let hostile: string;
  const marker = () => join(hostile, 'marker');

  beforeAll(() => {
    hostile = folder();
    const write = (name: string, text: string) => fs.writeFileSync(join(hostile, name), text);
    write('.env', 'OCIRUN_VERSION_COMPAT=runc\n');
    write('.env.local', 'OCIRUN_VERSION_COMPAT=runc\n');
    write('.env.production', 'OCIRUN_VERSION_COMPAT=runc\n');
    write('bunfig.toml', 'preload = ["./preload.js"]\n');
    write('preload.js', `require('node:fs').writeFileSync(${JSON.stringify(marker())}, 'preload');`);
    write('tsconfig.json', '{ "compilerOptions": { "paths": { "*": ["./preload.js"] } }, "extends": "./broken" ');
    write('package.json', '{ "imports": { "#x": "./preload.js" }, "main": "./preload.js", broken');
    fs.mkdirSync(join(hostile, 'node_modules/koffi'), { recursive: true });
    write('node_modules/koffi/index.js', `require('node:fs').writeFileSync(${JSON.stringify(marker())}, 'koffi');`);
    for (const library of ['libc.so.6', 'libc.so', 'koffi.node']) write(library, 'no library');
  });

  test('a plain bun there would be steered: the traps work', () => {
    fs.writeFileSync(join(hostile, 'print.js'), 'console.log(process.env.OCIRUN_VERSION_COMPAT)');
    const { stdout } = run(process.execPath, ['./print.js'], { cwd: hostile });
    expect({ stdout, preloaded: fs.existsSync(marker()) }).toEqual({ stdout: 'runc\n', preloaded: true });
    fs.rmSync(marker());
  });

  test.each([true, false])('with its addon beside it: %p', (addon) => {
    const program = join(install({ addon }), 'ocirun');
    expect(run(program, ['--version'], { cwd: hostile }).stdout).toStartWith('ocirun version ');
    expectKoffi(run(program, STATE, { cwd: hostile }));
    expect(fs.existsSync(marker())).toBe(false);
  });
});

group('what the executable opens', missing(needsBuild, needsStrace), () => {
  /** The calls with a path or a memfd that a run makes. */
  function trace(program: string, cwd: string): string[] {
    const log = join(folder(), 'strace');
    const traced = '%file,memfd_create,fcntl';
    expectKoffi(
      run('strace', ['-f', '-qq', '-o', log, '-e', `trace=${traced}`, program, ...STATE], {
        cwd,
        env: { PATH: '/usr/bin:/bin' },
      }),
    );
    return fs.readFileSync(log, 'utf8').split('\n');
  }

  const writes = (calls: string[]) =>
    calls.filter((call) => /O_(CREAT|TRUNC|WRONLY|RDWR|TMPFILE)|\b(mkdir|rename|link|symlink|unlink|mknod)/.test(call));
  const ofFolder = (calls: string[], path: string) =>
    calls.filter((call) => call.includes(`"${path}/`) || /AT_FDCWD, "[^/"]/.test(call));

  test('no file is written and none of the current directory is read, with the addon beside it', () => {
    const cwd = folder();
    const path = install({ addon: true });
    const calls = trace(join(path, 'ocirun'), cwd);
    expect(writes(calls)).toEqual([]);
    expect(ofFolder(calls, cwd)).toEqual([]);
    expect(calls.some((call) => call.includes('"koffi.node", O_RDONLY|O_NONBLOCK|O_NOFOLLOW|O_CLOEXEC'))).toBe(true);
    expect(calls.some((call) => call.includes('memfd_create'))).toBe(false);
  });

  test('no file is written, and the memory that is loaded instead is sealed, without the addon', () => {
    const cwd = folder();
    const calls = trace(join(install({ addon: false }), 'ocirun'), cwd);
    expect(writes(calls)).toEqual([]);
    expect(ofFolder(calls, cwd)).toEqual([]);
    const sealed = calls.findIndex((call) =>
      /F_ADD_SEALS, F_SEAL_SEAL\|F_SEAL_SHRINK\|F_SEAL_GROW\|F_SEAL_WRITE\) = 0/.test(call),
    );
    const loaded = calls.findIndex((call) => /"\/proc\/self\/fd\/\d+", O_RDONLY\|O_CLOEXEC/.test(call));
    expect(sealed).toBeGreaterThan(calls.findIndex((call) => call.includes('memfd_create("koffi.node"')));
    expect(loaded).toBeGreaterThan(sealed);
  });

  test('an addon of another version is passed over: the executable may have been replaced alone', () => {
    const path = install({ addon: false });
    const addon = fs.readFileSync(join(dist, 'koffi.node'));
    const { version } = JSON.parse(fs.readFileSync(join(project, 'node_modules/koffi/package.json'), 'utf8'));
    const at = addon.indexOf(`${version}\0`);
    expect(at).toBeGreaterThan(0);
    addon.write('9', at, 'latin1');
    fs.writeFileSync(join(path, 'koffi.node'), addon, { mode: 0o644 });
    expect(trace(join(path, 'ocirun'), path).some((call) => call.includes('memfd_create("koffi.node"'))).toBe(true);
  });
});

group('an addon that somebody else could have planted', missing(needsBuild, needsRoot, needsCompiler), () => {
  let evil: string;
  const marker = join(base, 'marker');

  beforeAll(() => {
    const source = join(base, 'evil.c');
    evil = join(base, 'evil.node');
    // A library whose constructor leaves a mark, and that no engine accepts as an addon afterwards.
    fs.writeFileSync(
      source,
      `#include <fcntl.h>\n__attribute__((constructor)) static void mark(void) { open(${JSON.stringify(marker)}, O_CREAT | O_WRONLY, 0600); }\n`,
    );
    expect(
      run('gcc', ['-shared', '-fPIC', '-o', evil, source], { env: { PATH: process.env.PATH ?? '/usr/bin' } }).status,
    ).toBe(0);
  });

  /** Whether the planted library was loaded by a run of the executable beside it. */
  function loads(path: string): { loaded: boolean; result: Result } {
    fs.rmSync(marker, { force: true });
    const result = run(join(path, 'ocirun'), STATE, { cwd: path });
    return { loaded: fs.existsSync(marker), result };
  }

  function plant(path: string): string {
    const addon = join(path, 'koffi.node');
    fs.copyFileSync(evil, addon);
    fs.chmodSync(addon, 0o644);
    return addon;
  }

  test('is loaded where only root can write: the trap works', () => {
    const path = install({ addon: false });
    plant(path);
    expect(loads(path).loaded).toBe(true);
  });

  test.each<[string, (path: string, addon: string) => void]>([
    ['in a world-writable folder', (path) => fs.chmodSync(path, 0o777)],
    ['in a world-writable folder with the sticky bit', (path) => fs.chmodSync(path, 0o1777)],
    ['in a folder that a group can write to', (path) => fs.chmodSync(path, 0o775)],
    ["in somebody else's folder", (path) => fs.chownSync(path, NOBODY, NOBODY)],
    ['as a file that everybody can write to', (_, addon) => fs.chmodSync(addon, 0o666)],
    ['as a file that a group can write to', (_, addon) => fs.chmodSync(addon, 0o664)],
    ["as somebody else's file", (_, addon) => fs.chownSync(addon, NOBODY, NOBODY)],
    [
      'as a link to a file',
      (_, addon) => {
        fs.rmSync(addon);
        fs.symlinkSync(evil, addon);
      },
    ],
  ])('%s is not loaded, and the command works', (_, change) => {
    const path = install({ addon: false });
    change(path, plant(path));
    const { loaded, result } = loads(path);
    expect(loaded).toBe(false);
    expectKoffi(result);
  });

  test.each<[string, (addon: string) => void]>([
    ['a FIFO', (addon) => spawnSync('mkfifo', ['-m', '644', addon])],
    ['a folder', (addon) => fs.mkdirSync(addon)],
    ['a link that leads nowhere', (addon) => fs.symlinkSync('/nonexistent', addon)],
  ])('%s of that name is passed over', (_, make) => {
    const path = install({ addon: false });
    make(join(path, 'koffi.node'));
    expect(fs.readdirSync(path)).toContain('koffi.node');
    expectKoffi(run(join(path, 'ocirun'), STATE));
  });

  test('is not loaded from the temporary folder, where Bun would keep its own copy', () => {
    const path = install({ addon: false });
    const tmp = folder(0o1777);
    for (const name of ['koffi.node', `.bun-0-koffi.node`]) fs.copyFileSync(evil, join(tmp, name));
    const before = fs.readdirSync(tmp).sort();
    expectKoffi(run(join(path, 'ocirun'), STATE, { env: { TMPDIR: tmp, BUN_TMPDIR: tmp } }));
    expect(fs.readdirSync(tmp).sort()).toEqual(before);
    expect(fs.existsSync(marker)).toBe(false);
  });
});

const main = join(dist, 'src/main.js');
const node = Bun.which('node');
const isNode20 = node !== null && Number(/^v(\d+)/.exec(run(node, ['--version']).stdout)?.[1]) >= 20;

group(
  'the bin of the npm package, on Node alone',
  missing([fs.existsSync(main), 'dist/src is not built'], [isNode20, 'no Node >= 20']),
  () => {
    const onNode = (...args: string[]) => run(node ?? '', [main, ...args]);

    test('works', () => {
      expect(onNode('--version').stdout).toMatch(/^ocirun version .*\nspec: 1\.3\.0\nnode: \d+.*\n$/);
      expectKoffi(onNode(...STATE));
    });

    test('is a program by itself', () => {
      expect(fs.statSync(main).mode & 0o111).toBe(0o111);
      expect(fs.readFileSync(main, 'utf8')).toStartWith('#!/usr/bin/env node\n');
    });

    test.skipIf(!built)('answers as the executable does (skipped where dist/ocirun is not built)', () => {
      const cwd = folder();
      for (const args of [
        [],
        ['help', 'kill'],
        ['nonsense'],
        ['kill'],
        ['exec', 'x'],
        ['kill', 'x', '--'],
        ['list', '-f=x'],
        ['plan'],
      ]) {
        const [ours, theirs] = [
          run(node ?? '', [main, ...args], { cwd }),
          run(join(dist, 'ocirun'), args, { cwd }),
        ].map(({ status, stdout, stderr }) => ({
          status,
          stdout: stdout.replaceAll(main, 'PROGRAM').replaceAll(join(dist, 'ocirun'), 'PROGRAM'),
          stderr: stderr
            .replaceAll(main, 'PROGRAM')
            .replaceAll(join(dist, 'ocirun'), 'PROGRAM')
            .replace(/^time="[^"]*"/, ''),
        }));
        expect(ours).toEqual(theirs as NonNullable<typeof theirs>);
      }
    });
  },
);
