import type { CommandDefinition } from './command-definition.ts';

/** A command's place in the command line. Its module is loaded when it is called: a start pays for one command. */
export interface CommandEntry {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<CommandDefinition>;
}

/** The commands in the order of the help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  create: {
    summary: 'create a container and leave it waiting for start',
    load: async () => (await import('./create.ts')).create,
  },
  start: { summary: 'let a created container run its program', load: async () => (await import('./start.ts')).start },
  run: {
    summary: 'create a container, start it and wait for its end',
    load: async () => (await import('./run.ts')).run,
  },
  state: { summary: 'print the state of a container as JSON', load: async () => (await import('./state.ts')).state },
  kill: { summary: 'send a signal to a container', load: async () => (await import('./kill.ts')).kill },
  delete: {
    summary: 'remove a container and all that belongs to it',
    load: async () => (await import('./delete.ts')).deletion,
  },
  list: { summary: 'list the containers of a root directory', load: async () => (await import('./list.ts')).list },
  spec: { summary: 'write an example config.json', load: async () => (await import('./spec.ts')).spec },
  plan: {
    summary: 'print the system calls that a bundle compiles to',
    load: async () => (await import('./plan.ts')).plan,
  },
  features: {
    summary: 'print what this runtime supports as JSON',
    load: async () => (await import('./features.ts')).features,
  },
};

/**
 * Commands of runc that ocirun does not have yet, with the exit status of their refusal. They fail by name rather than
 * as unknown words, and `--help` fails too, because engines ask it to find out whether the command is supported.
 */
export const NOT_YET: Readonly<Record<string, number>> = {
  exec: 255,
  pause: 1,
  resume: 1,
  ps: 1,
  events: 1,
  update: 1,
  checkpoint: 1,
  restore: 1,
};

/** Words that are no commands for users but must never become a container's or another command's name. */
export const RESERVED: ReadonlySet<string> = new Set(['init']);
