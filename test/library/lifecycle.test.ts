import { describe, expect, test } from 'bun:test';
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleConfig } from '../../src/commands/example-config.ts';
import { Consumer, project } from './consumer.ts';

/** The built library in the engines that it is for, from a package that depends on it. */

const built = existsSync(join(project, 'dist/src/index.js'));
const isRoot = process.geteuid?.() === 0;
const busybox = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const node = nodeOfVersion20();

const ENGINES: readonly (readonly [string, readonly string[], string])[] = [
  [
    'Node',
    [node ?? 'node', '--input-type=module', '--eval'],
    node ? '' : 'no Node of version 20 or newer is installed',
  ],
  ['Bun', [process.execPath, '--eval'], ''],
];

const LIFECYCLE = `
import { containerState, createContainer, deleteContainer, killContainer, listContainers, startContainer } from 'ocirun';
const [root, bundle] = [process.env.STATE_ROOT, process.env.BUNDLE];
const context = { root, warn: (message) => console.error(message) };
const seen = [];
const look = () => seen.push(containerState(context, 'a').status);
await createContainer(context, { id: 'a', bundle });
look();
await startContainer(context, 'a');
look();
const taken = await createContainer(context, { id: 'a', bundle }).catch((error) => error.code);
await killContainer(context, 'a', 9, { all: false });
while (containerState(context, 'a').status !== 'stopped') await new Promise((done) => setTimeout(done, 5));
look();
await deleteContainer(context, 'a', { force: false });
const gone = await startContainer(context, 'a').catch((error) => error.code);
console.log(JSON.stringify({ seen, taken, gone, left: listContainers(context, { explicitRoot: true }) }));
`;

const RUN = `
import { runContainer } from 'ocirun';
const context = { root: process.env.STATE_ROOT, warn: (message) => console.error(message) };
const options = { id: 'b', bundle: process.env.BUNDLE, detach: false, keep: false, noSubreaper: true };
const statuses = [];
for (let turn = 0; turn < 3; turn++) statuses.push(await runContainer(context, options));
console.log(JSON.stringify(statuses));
`;

const PURE = `
import { parseConfig, planOfBundle, planText, RuntimeError } from 'ocirun';
let code;
try {
  planOfBundle('/nonexistent');
} catch (error) {
  code = error instanceof RuntimeError ? error.code : String(error);
}
const parsed = parseConfig('{"ociVersion": "1.3.0", "hostname": 5, "root": {"path": "r"}}');
console.log(JSON.stringify({ code, paths: parsed.ok ? [] : parsed.problems.map(({ message }) => message), planText: typeof planText }));
`;

for (const [engine, command, lack] of ENGINES) {
  const missing = [lack, built ? '' : 'dist/src is not built'].filter((reason) => reason !== '');
  const forContainers = [...missing, isRoot ? '' : 'needs root', busybox ? '' : 'busybox is not installed'].filter(
    Boolean,
  );
  const name = (what: string, lacks: readonly string[]) =>
    lacks.length === 0 ? what : `${what} (${lacks.join(', ')})`;

  describe.skipIf(missing.length > 0)(name(`the library in ${engine}`, missing), () => {
    test('reports what is wrong, without privilege', () => {
      using consumer = new Consumer();
      const { status, stdout, stderr } = consumer.run([...command, PURE]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({
        code: 'INVALID_CONFIG',
        paths: [expect.stringContaining('hostname')],
        planText: 'function',
      });
    });
  });

  describe.skipIf(forContainers.length > 0)(name(`containers from ${engine}`, forContainers), () => {
    const runWith = (args: readonly string[], script: string) => {
      using consumer = new Consumer();
      const bundle = join(consumer.folder, 'bundle');
      makeBundle(bundle, args);
      const root = join(consumer.folder, 'state');
      const variables = [`STATE_ROOT=${root}`, `BUNDLE=${bundle}`];
      const result = consumer.run(['env', ...variables, ...command, script]);
      return { ...result, left: existsSync(root) ? readdirSync(root) : [] };
    };

    test('are created, started, seen, killed and deleted', () => {
      const { status, stdout, stderr, left } = runWith(['sleep', '60'], LIFECYCLE);
      expect({ status, stderr, left }).toEqual({ status: 0, stderr: '', left: [] });
      expect(JSON.parse(stdout)).toEqual({
        seen: ['created', 'running', 'stopped'],
        taken: 'EXISTS',
        gone: 'NOT_FOUND',
        left: [],
      });
    });

    test('are run one after the other in one process', () => {
      const { status, stdout, stderr, left } = runWith(['sh', '-c', 'exit 7'], RUN);
      expect({ status, stderr, left }).toEqual({ status: 0, stderr: '', left: [] });
      expect(JSON.parse(stdout)).toEqual([7, 7, 7]);
    });
  });
}

function makeBundle(bundle: string, args: readonly string[]): void {
  const bin = join(bundle, 'rootfs/bin');
  if (!existsSync(bin)) {
    mkdirSync(bin, { recursive: true });
    copyFileSync(busybox ?? '', join(bin, 'busybox'));
    for (const applet of ['sh', 'sleep']) symlinkSync('busybox', join(bin, applet));
  }
  const config = exampleConfig() as { process: object };
  const process = { ...config.process, terminal: false, args };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({ ...config, process }));
}

function nodeOfVersion20(): string | undefined {
  const path = Bun.which('node');
  if (!path) return undefined;
  const version = Bun.spawnSync([path, '--version']).stdout.toString();
  return Number(/^v(\d+)/.exec(version)?.[1]) >= 20 ? path : undefined;
}
