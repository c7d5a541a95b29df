import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Consumer, project } from './consumer.ts';

const built = existsSync(join(project, 'dist/src/index.d.ts'));
const name = built ? 'the declarations' : 'the declarations (dist/src is not built)';

const USE = `
import {
  type Config, type ContainerState, containerState, createContainer, type CreateOptions, deleteContainer, killContainer,
  listContainers, parseConfig, type Phase, planOfBundle, planText, type Problem, runContainer, RuntimeError,
  type RuntimeContext, startContainer, type Status,
} from 'ocirun';

const context: RuntimeContext = { root: '/run/example', warn: (message: string) => console.error(message) };
const options: CreateOptions = { id: 'a', bundle: '/bundle', pidFile: '/run/a.pid' };

export async function use(): Promise<number> {
  await createContainer(context, options);
  await startContainer(context, 'a');
  await killContainer(context, 'a', 15, { all: false });
  await deleteContainer(context, 'a', { force: true });
  const state: ContainerState = containerState(context, 'a');
  const status: Status = state.status;
  const states: ContainerState[] = listContainers(context, { explicitRoot: true });
  const phases: Phase[] = planOfBundle('/bundle');
  console.log(planText(phases), status, states.length);
  return runContainer(context, { ...options, detach: false, keep: false, noSubreaper: true });
}

export function check(text: string): Config | readonly Problem[] {
  const parsed = parseConfig(text);
  if (!parsed.ok) return parsed.problems;
  const destination: string | undefined = parsed.value.mounts?.[0]?.destination;
  const type: 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time' | undefined =
    parsed.value.linux?.namespaces?.[0]?.type;
  console.log(destination, type);
  return parsed.value;
}

export const code = (error: unknown): string =>
  error instanceof RuntimeError ? \`\${error.code} \${error.configPath ?? ''}\` : 'other';
`;

describe.skipIf(!built)(name, () => {
  const tsc = join(project, 'node_modules/.bin/tsc');

  test('serve a strict consumer, with nothing left unchecked', () => {
    using consumer = new Consumer();
    consumer.write('main.ts', USE);
    expect(consumer.run([tsc])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.each([
    [
      'an id that is no string',
      "import { createContainer } from 'ocirun';\ncreateContainer({ root: '/r', warn() {} }, { id: 1, bundle: '/b' });",
      "Type 'number' is not assignable to type 'string'",
    ],
    [
      'a config property of the wrong type',
      "import type { Config } from 'ocirun';\nexport const c: Config = { ociVersion: '1.3.0', hostname: 5 };",
      "Type 'number' is not assignable to type 'string'",
    ],
    [
      'an import of the inside',
      "import { launch } from 'ocirun/dist/src/runtime/launch.js';\nlaunch();",
      "Cannot find module 'ocirun/dist/src/runtime/launch.js'",
    ],
  ])('refuse %s', (_, text, mention) => {
    using consumer = new Consumer();
    consumer.write('main.ts', text);
    const { status, stdout } = consumer.run([tsc]);
    expect(status).not.toBe(0);
    expect(stdout).toContain(mention);
    expect(stdout.match(/error TS/g)).toHaveLength(1);
  });
});
