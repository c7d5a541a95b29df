import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleConfig } from '../../src/commands/example-config.ts';

interface ExampleConfig {
  readonly process: { readonly capabilities: object };
}

/**
 * One bundle for all runtimes: a static busybox as `/bin/true`, and the config that runc itself writes (ours where there is
 * no runc), without a terminal and without ambient capabilities, which crun 1.8 and runc 1.1 treat differently.
 */
export function makeBundle(bundle: string, busybox: string, runc: string | undefined): void {
  const bin = join(bundle, 'rootfs/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(busybox, join(bin, 'busybox'));
  symlinkSync('busybox', join(bin, 'true'));
  const config = configOf(bundle, runc);
  const { ambient: _, ...capabilities } = config.process.capabilities as Record<string, unknown>;
  const process = { ...config.process, terminal: false, args: ['/bin/true'], capabilities };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify({ ...config, process }));
}

function configOf(bundle: string, runc: string | undefined): ExampleConfig {
  if (runc === undefined) return exampleConfig() as ExampleConfig;
  const { success, stderr } = Bun.spawnSync([runc, 'spec', '--bundle', bundle]);
  if (!success) throw new Error(`runc spec failed: ${stderr}`);
  return JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
}
