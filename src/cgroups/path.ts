import { readTextFile } from '../../native-bindings/files.ts';
import { CgroupError } from './cgroup-error.ts';

/**
 * Where a container's cgroup is, as a clean absolute path below the root of the cgroup2 file system:
 *
 * | linux.cgroupsPath | cgroup |
 * |---|---|
 * | `/a/b` | `/a/b` |
 * | `a/b` | `a/b` below the parent of the runtime's own cgroup |
 * | unset | the container's id below the parent of the runtime's own cgroup |
 *
 * The parent, because the own cgroup has processes in it, which keeps controllers from being enabled below it.
 * `..` never leads out: it is resolved as in a path from `/`, before anything is joined. `slice:prefix:name` is a
 * relative path like any other: its systemd meaning comes with --systemd-cgroup only.
 *
 * @param cgroupsPath of config.json; an empty one counts as unset
 * @param id of the container
 * @param ownCgroup from `ownCgroup`; asked for only where it is needed
 * @throws {CgroupError} for the root cgroup, which no container can have
 */
export function cgroupPath(cgroupsPath: string | null | undefined, id: string, ownCgroup: () => string): string {
  const wanted = cgroupsPath ?? '';
  if (wanted.includes('\0')) throw new CgroupError('linux.cgroupsPath: holds a NUL byte', { configPath: CONFIG_PATH });
  if (wanted.startsWith('/')) {
    const path = cleanPath(wanted);
    if (path !== '/') return path;
  } else {
    const inner = cleanPath(wanted);
    if (wanted === '' || inner !== '/') return cleanPath(`${parentOf(ownCgroup())}/${wanted === '' ? id : inner}`);
  }
  throw new CgroupError(
    `linux.cgroupsPath: ${JSON.stringify(cgroupsPath)} is the root cgroup; a container needs one of its own below it`,
    { configPath: CONFIG_PATH },
  );
}

const CONFIG_PATH = 'linux.cgroupsPath';

/** An absolute path without empty, `.` and `..` parts; `..` at the root stays at the root, as in the kernel. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function parentOf(path: string): string {
  const clean = cleanPath(path);
  return clean.slice(0, clean.lastIndexOf('/'));
}

/** The cgroup that the runtime runs in. @throws {SystemError} where there is no /proc, {CgroupError} without cgroup2 */
export function ownCgroup(): string {
  const path = unifiedCgroup(readTextFile('/proc/self/cgroup'));
  if (path === undefined) throw new CgroupError('/proc/self/cgroup has no line of cgroup2 ("0::/..."): no own cgroup');
  return path;
}

/** The cgroup2 path in the text of a /proc/PID/cgroup (cgroups(7)): hierarchy number 0, no controllers. */
export function unifiedCgroup(text: string): string | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith('0::'));
  return line?.slice('0::'.length);
}
