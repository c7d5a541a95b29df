import { join } from 'node:path';

/** A runtime under test: how it is called. */
export interface Rival {
  readonly name: string;
  readonly path: string;
  /** The first line of its `--version`. */
  readonly version: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What had to be done to make it run here. */
  readonly remark?: string;
}

/** Where a benchmark works. */
export interface Workplace {
  readonly folder: string;
  readonly bundle: string;
}

/** The command of a rival with a state directory of its own. */
export function command(rival: Rival, { folder }: Workplace, ...args: readonly string[]): string[] {
  return [rival.path, '--root', join(folder, `state-${rival.name}`), ...args];
}

/** The runtimes that are installed, with what each needs on this host. @throws when ocirun itself does not run */
export function findRivals(ocirun: string, workplace: Workplace): Rival[] {
  const paths = [['ocirun', ocirun], ...['runc', 'crun'].map((name) => [name, Bun.which(name)] as const)] as const;
  return paths.flatMap(([name, path]) => {
    if (!path) return [];
    const version = Bun.spawnSync([path, '--version']).stdout.toString().split('\n')[0] ?? '';
    const rival: Rival = { name, path, version, environment: {} };
    const problem = tryOut(rival, workplace);
    if (problem === undefined) return [rival];
    const mended = name === 'crun' ? withoutLimits(rival, workplace) : undefined;
    if (mended && tryOut(mended, workplace) === undefined) return [mended];
    if (name === 'ocirun') throw new Error(`ocirun does not run here: ${problem}`);
    console.log(`${version} is left out, it does not run here: ${problem}`);
    return [];
  });
}

function tryOut(rival: Rival, workplace: Workplace): string | undefined {
  const run = Bun.spawnSync(command(rival, workplace, 'run', '--bundle', workplace.bundle, 'probe'), {
    env: { ...process.env, ...rival.environment },
    stdin: 'ignore',
  });
  if (run.success) return undefined;
  Bun.spawnSync(command(rival, workplace, 'delete', '--force', 'probe'));
  return run.stderr.toString().trim() || `exit status ${run.exitCode}`;
}

const NO_LIMITS = `
struct rlimit;
int setrlimit(int r, const struct rlimit *l) { return 0; }
int setrlimit64(int r, const struct rlimit *l) { return 0; }
int prlimit(int p, int r, const struct rlimit *n, struct rlimit *o) { return 0; }
int prlimit64(int p, int r, const struct rlimit *n, struct rlimit *o) { return 0; }
`;

/** crun 1.8 sets limits with a privilege (CAP_SYS_RESOURCE) that some hosts do not grant: there it sets none. */
function withoutLimits(rival: Rival, { folder }: Workplace): Rival | undefined {
  const library = join(folder, 'no-limits.so');
  const gcc = Bun.which('gcc');
  if (!gcc) return undefined;
  const built = Bun.spawnSync([gcc, '-w', '-shared', '-fPIC', '-O2', '-x', 'c', '-o', library, '-'], {
    stdin: Buffer.from(NO_LIMITS),
  });
  if (!built.success) return undefined;
  return {
    ...rival,
    environment: { LD_PRELOAD: library },
    remark: 'its setrlimit is replaced by one that does nothing, since CAP_SYS_RESOURCE is missing here',
  };
}
