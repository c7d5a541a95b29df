import { describe, expect, test } from 'bun:test';
import { runnerOf } from './executor-process.ts';
import { fuzz } from './fuzz.ts';

/** The short run; `bun test/executor/fuzz.ts` is the long one. */
const STREAMS = { native: 3000, qemu: 150 };

for (const architecture of ['x64', 'arm64'] as const) {
  const runner = runnerOf(architecture);
  const reason = runner ? '' : ' (skipped: neither native nor qemu-aarch64-static)';
  describe.skipIf(!runner)(`fuzzing the ${architecture} executor${reason}`, () => {
    // One seed that never changes, so that a failure is not lost, and one that no run has seen.
    for (const seed of [1, Math.floor(Math.random() * 1e6)]) {
      test(`seed ${seed}: it does what the model says`, () => {
        const { replies, exits } = fuzz(architecture, seed, STREAMS[runner ?? 'qemu']);
        expect(replies).toBeGreaterThan(30);
        expect(exits[65]).toBeGreaterThan(0);
      }, 60_000);
    }
  });
}
