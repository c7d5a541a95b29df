import { copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's busybox-static: one program without libraries, which is all that a root file system needs. */
const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));

export const hasBusybox = BUSYBOX !== undefined;

const APPLETS =
  'cat chmod chown cut date dd dirname echo env expr false find grep head hostname id ifconfig ip kill ln ls mkdir mknod mount mv nc ps pwd readlink rm sed seq sh sleep sort stat stty tail test touch tr true umount uname wc xargs';

const DIRECTORIES = ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'tmp', 'var'];

/** Fills a directory with a small root file system. */
export function makeRootfs(path: string): void {
  mkdirSync(path, { recursive: true });
  for (const directory of DIRECTORIES) mkdirSync(join(path, directory));
  // A copy, and not a second name: nothing inside may reach the host's own.
  copyFileSync(BUSYBOX ?? '', join(path, 'bin/busybox'));
  for (const applet of APPLETS.split(' ')) symlinkSync('busybox', join(path, 'bin', applet));
  writeFileSync(join(path, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n');
}
