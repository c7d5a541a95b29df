/** A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export interface MountEntry {
  readonly root: string;
  readonly point: string;
  /** Of the mount: `ro`, `nosuid`, ... */
  readonly options: readonly string[];
  /** The optional fields, such as `shared:12`. */
  readonly propagation: readonly string[];
  readonly type: string;
  readonly source: string;
  /** Of the superblock. */
  readonly superOptions: readonly string[];
}

/** The mounts in the text of a mountinfo file. */
export function parseMounts(text: string): MountEntry[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [, , , root = '', point = '', options = '', ...propagation] = before.split(' ');
      const [type = '', source = '', superOptions = ''] = after.split(' ');
      return {
        root,
        point,
        options: options.split(','),
        propagation,
        type,
        source,
        superOptions: superOptions.split(','),
      };
    });
}

/** The mount that is visible at a place: the last one there. @throws when there is none */
export function mountAt(text: string, point: string): MountEntry {
  const found = parseMounts(text).findLast((entry) => entry.point === point);
  if (!found) throw new Error(`nothing is mounted on ${point}:\n${text}`);
  return found;
}
