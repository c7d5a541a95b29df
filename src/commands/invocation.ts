/** How the program was called. */
export interface Invocation {
  /** The name that the caller used, as it would stand in argv[0] of a program in C. */
  readonly programName: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The invocation of this process. */
export function ownInvocation(): Invocation {
  const { argv, argv0, env } = process;
  const script = argv[1] ?? 'ocirun';
  // Inside the executable the script has a name of Bun's making, and argv[0] is what the caller wrote.
  return { programName: script.startsWith('/$bunfs/') ? argv0 : script, args: argv.slice(2), environment: env };
}
