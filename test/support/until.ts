const INTERVAL_MS = 10;

/** Asks again and again until there is an answer. @throws when there is none in time */
export async function until<T>(what: string, ask: () => T | undefined, timeoutMs = 3000): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await Bun.sleep(INTERVAL_MS);
  }
}
