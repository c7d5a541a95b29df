import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How many system calls the processes of one `run` make. */
export interface SyscallCounts {
  /** All processes and threads together, without the container's program. */
  readonly total: number;
  /** The thread that becomes the program: all its calls up to that execve and with it. */
  readonly init: number;
  /** ocirun's executor, from its own start to its clone of init. */
  readonly stage1: number | undefined;
}

/** Traces a command. @throws when it fails under strace */
export function countSyscalls(
  args: readonly string[],
  program: string,
  environment: Readonly<Record<string, string>>,
): SyscallCounts {
  const folder = mkdtempSync(join(tmpdir(), 'ocirun-bench-strace-'));
  try {
    const output = join(folder, 'trace');
    // Set inside of strace: a preloaded library is for the runtime, not for strace.
    const variables = Object.entries(environment).flatMap(([name, value]) => ['-E', `${name}=${value}`]);
    const child = Bun.spawnSync(['strace', '-f', '-s', '64', '-o', output, ...variables, ...args], { stdin: 'ignore' });
    if (!child.success) throw new Error(`${args.join(' ')}: ${child.stderr}`);
    return countsOf(readFileSync(output, 'utf8'), program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Counts in the output of `strace -f -o`. @param program the path that the container executes */
export function countsOf(trace: string, program: string): SyscallCounts {
  const calls = trace.split('\n').flatMap((line) => {
    const match = /^(\d+) +([a-z0-9_]+)\((.*)$/.exec(line);
    return match ? [{ pid: match[1] ?? '', name: match[2] ?? '', rest: match[3] ?? '' }] : [];
  });
  const isExec = (path: string) => (call: (typeof calls)[number]) =>
    call.name === 'execve' && call.rest.startsWith(`"${path}"`);
  const end = calls.findIndex(isExec(program));
  const init = calls[end]?.pid;
  if (init === undefined) throw new Error(`${program} was not executed`);
  const executor = calls.find(({ name, rest }) => name === 'execve' && rest.includes('["ocirun-init"]'))?.pid;
  const ofExecutor = calls.filter(({ pid }) => pid === executor);
  const own = ofExecutor.slice(
    ofExecutor.findIndex(({ name }) => name === 'execve'),
    ofExecutor.findIndex(({ name }) => name === 'clone3') + 1,
  );
  return {
    total: calls.filter(({ pid }, index) => pid !== init || index <= end).length,
    init: calls.filter(({ pid }, index) => pid === init && index <= end).length,
    stage1: executor === undefined ? undefined : own.length,
  };
}
