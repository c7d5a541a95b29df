const WORDS: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  T: true,
  true: true,
  True: true,
  TRUE: true,
  '0': false,
  f: false,
  F: false,
  false: false,
  False: false,
  FALSE: false,
};

/** The value of a word that runc's flag parser takes for a boolean (`--detach=true`), undefined for any other word. */
export function booleanOf(word: string): boolean | undefined {
  return Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
}
