import { dirname } from 'node:path';
import { givesReason, lastLine, type Summary, summaryOf, total } from './runner/summary.ts';

/**
 * Runs tiers of tests: `bun test/run.ts [unit] [host]`. The last line is the sum of all; before it stand the tests that
 * were skipped, by name. A test that is skipped without saying why counts as failed.
 */

const TIERS: Readonly<Record<string, readonly string[]>> = {
  unit: [
    './src',
    './native-bindings',
    './config-schema',
    './tools',
    './test/runner',
    './test/bench',
    './test/executor',
  ],
  host: ['./test/host', './test/library'],
};

const TIMEOUT_MS = 60_000;
const root = dirname(import.meta.dirname);

const names = process.argv.slice(2);
for (const name of names) {
  if (TIERS[name] === undefined) {
    console.error(`no tier of tests is called ${name}: there are ${Object.keys(TIERS).join(', ')}`);
    process.exit(2);
  }
}
const summaries: Summary[] = [];
for (const name of names.length === 0 ? Object.keys(TIERS) : names) summaries.push(await runTier(name));
process.exit(conclude(total(summaries)));

async function runTier(name: string): Promise<Summary> {
  console.log(`\n== ${name} tests`);
  const child = Bun.spawn([process.execPath, 'test', `--timeout=${TIMEOUT_MS}`, ...(TIERS[name] ?? [])], {
    cwd: root,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, err] = await Promise.all([copy(child.stdout, process.stdout), copy(child.stderr, process.stderr)]);
  return summaryOf(`${out}\n${err}`, child.exitCode ?? (await exitCodeOf(child)));
}

async function exitCodeOf(child: Bun.Subprocess): Promise<number | null> {
  await child.exited;
  return child.exitCode;
}

/** Passes a stream on as it comes, and returns all of it. */
async function copy(from: ReadableStream<Uint8Array>, to: NodeJS.WriteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of from) {
    to.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function conclude(summary: Summary): number {
  const mute = summary.skipped.filter((name) => !givesReason(name));
  if (summary.skipped.length > 0) console.log(`\nskipped:\n${summary.skipped.map((name) => `  ${name}`).join('\n')}`);
  for (const name of mute) console.log(`failed: "${name}" is skipped and does not say why in its name, in brackets`);
  const judged = { ...summary, failed: summary.failed + mute.length, skipped: summary.skipped.filter(givesReason) };
  console.log(`\n${lastLine(judged)}`);
  return judged.failed === 0 ? 0 : 1;
}
