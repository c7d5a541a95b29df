import { openAt2, openFile, readToEnd, statusAt } from '../../native-bindings/files.ts';
import {
  O_DIRECTORY,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_MAGICLINKS,
  S_IFMT,
  S_IFREG,
} from '../../native-bindings/kernel/open.ts';
import { cleanPath } from '../plan/container-path.ts';
import type { PlanInput } from '../plan/input.ts';

/** An image can bring a passwd file of any size. */
const LIMIT_BYTES = 1024 * 1024;

/** The home directory of a uid in the text of a passwd(5) file. */
export function homeInPasswd(text: string, uid: number): string | undefined {
  for (const line of text.split('\n')) {
    const fields = line.split(':');
    if (fields.length >= 6 && /^\d+$/.test(fields[2] ?? '') && Number(fields[2]) === uid) return fields[5] || undefined;
  }
  return undefined;
}

/**
 * The environment of the container's process: of names that occur twice the last one, and a HOME where there is none,
 * from the container's /etc/passwd by uid (never by name: CVE-2016-3697), else `/`.
 */
export function processEnvironment(env: readonly string[], uid: number, input: PlanInput): string[] {
  const last = new Map<string, number>();
  for (const [index, entry] of env.entries()) last.set(entry.split('=', 1)[0] ?? entry, index);
  const kept = env.filter((entry, index) => last.get(entry.split('=', 1)[0] ?? entry) === index);
  const home = kept.find((entry) => entry.startsWith('HOME='));
  if (home !== undefined && home !== 'HOME=') return kept;
  return [...kept.filter((entry) => entry !== home), `HOME=${homeInPasswd(readPasswd(input) ?? '', uid) ?? '/'}`];
}

function readPasswd({ config, rootfs, bundle }: PlanInput): string | undefined {
  const covering = (config.mounts ?? []).findLast((mount) => cleanPath(mount.destination) === '/etc/passwd');
  try {
    using root = openFile(rootfs, O_PATH | O_DIRECTORY);
    // O_NONBLOCK: a FIFO of this name must not stop the runtime.
    const flags = O_RDONLY | O_NONBLOCK;
    using file =
      covering?.source === undefined
        ? openAt2(root.number, 'etc/passwd', { flags, resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS })
        : openFile(covering.source.startsWith('/') ? covering.source : `${bundle}/${covering.source}`, flags);
    if ((statusAt(file.number).mode & S_IFMT) !== S_IFREG) return undefined;
    return new TextDecoder().decode(readToEnd(file.number, LIMIT_BYTES));
  } catch {
    // No passwd file, or one that cannot be read: `/` is the home then.
    return undefined;
  }
}
