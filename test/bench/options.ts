/** What the command line of the benchmark says. */
export interface BenchOptions {
  /** How often each command is timed. */
  readonly runs: number;
  /** How often each batch of parallel containers is timed. */
  readonly batches: number;
}

const DEFAULT: BenchOptions = { runs: 100, batches: 25 };
const QUICK: BenchOptions = { runs: 15, batches: 5 };

export const USAGE = 'usage: bun test/bench/bench.ts [--quick] [--runs N]';

/** @throws for anything that is not an option */
export function benchOptions(args: readonly string[]): BenchOptions {
  let options = DEFAULT;
  for (let index = 0; index < args.length; index++) {
    const [name, inline] = (args[index] ?? '').split('=', 2);
    if (name === '--quick' && inline === undefined) options = QUICK;
    else if (name === '--runs') {
      const runs = Number(inline ?? args[++index]);
      if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs wants a number from 1 on\n${USAGE}`);
      options = { runs, batches: Math.max(1, Math.round(runs / 4)) };
    } else throw new Error(`unknown option ${args[index]}\n${USAGE}`);
  }
  return options;
}
