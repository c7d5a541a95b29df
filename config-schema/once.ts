/**
 * Delays the construction of a schema until a document needs it, and does it at most once. Most documents use few of
 * the sections that config.json may have, and a command that runs for 10 ms cannot afford to build the others.
 */
export function once<T>(build: () => T): () => T {
  let built: T | undefined;
  return () => {
    built ??= build();
    return built;
  };
}
