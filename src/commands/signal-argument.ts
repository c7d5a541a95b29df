import { SIGNALS, SIGRTMAX } from '../../native-bindings/kernel/signal.ts';

/** Names that signal(7) lists beside those of the table. */
const SYNONYMS: Readonly<Record<string, number>> = {
  SIGIOT: SIGNALS.SIGABRT,
  SIGPOLL: SIGNALS.SIGIO,
  SIGCLD: SIGNALS.SIGCHLD,
};

/**
 * The number of a signal given as `9`, `KILL` or `SIGKILL` in any case. 0 is a signal that only asks whether there is
 * somebody to receive it.
 * @throws for what is none of them
 */
export function signalNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= SIGRTMAX) return Number(text);
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  const numbers: Readonly<Record<string, number>> = { ...SIGNALS, ...SYNONYMS };
  const number = Object.hasOwn(numbers, name) ? numbers[name] : undefined;
  if (number === undefined) throw new Error(`unknown signal ${JSON.stringify(text)}`);
  return number;
}
