import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostFolder, hostFolders } from './host-folders.ts';

/** The part of config.json that the demo changes. */
interface ExampleConfig {
  readonly process: object;
  readonly mounts: readonly object[];
}

/** What the container writes when it has said everything and waits. */
export const WAITING = 'waiting for a signal';

/** What the container runs: a look around, then a wait for SIGTERM. */
export const PROGRAM = [
  'trap \'echo "got SIGTERM: goodbye"; exit 0\' TERM',
  'echo "hostname:   $(uname -n)"',
  'echo "user:       $(id -un), uid $(id -u)"',
  'echo "processes:  $(cd /proc; echo [0-9]*), and I am $$"',
  'echo "network:    $(cd /sys/class/net; echo *)"',
  'echo "devices:    $(cd /dev; echo *)"',
  '( : >/file ) 2>/dev/null && echo "root:       writable" || echo "root:       read-only"',
  `echo "${WAITING}"`,
  'sleep 1000 & wait',
].join('\n');

/** Makes a root file system without a download: the host's programs come in by mounts of the container itself. */
export function makeRootfs(rootfs: string, folders: readonly HostFolder[] = hostFolders()): void {
  mkdirSync(join(rootfs, 'etc'), { recursive: true });
  mkdirSync(join(rootfs, 'tmp'));
  mkdirSync(join(rootfs, 'root'));
  writeFileSync(join(rootfs, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(rootfs, 'etc/group'), 'root:x:0:\n');
  for (const folder of folders) {
    if (folder.kind === 'link') symlinkSync(folder.target, join(rootfs, folder.name));
    else mkdirSync(join(rootfs, folder.name));
  }
}

/** Changes what `ocirun spec` wrote: no terminal, the demo's program, the host's folders and a /tmp. */
export function changeConfig(bundle: string, args: readonly string[]): void {
  const path = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as ExampleConfig;
  const binds = hostFolders()
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }) => ({
      destination: `/${name}`,
      type: 'bind',
      source: `/${name}`,
      // The whole tree read-only: a host may have mounts of its own below /usr.
      options: ['rbind', 'rro', 'nosuid', 'nodev'],
    }));
  const tmp = { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] };
  const changed = {
    ...config,
    process: { ...config.process, terminal: false, args },
    mounts: [...binds, ...config.mounts, tmp],
  };
  writeFileSync(path, JSON.stringify(changed, null, 2));
}
