import { Command } from 'commander';
import type { CommandDefinition } from './command-definition.ts';
import { COMMANDS, RESERVED } from './command-table.ts';
import { UnknownCommand } from './failure.ts';
import { globalProgram } from './global-flags.ts';
import { print } from './output.ts';
import { UsageError } from './usage-error.ts';

/** The width of help texts: fixed, because the terminal's would have to be asked for. */
const WIDTH = 110;

/** Prints the help of the program, or that of a command. @throws {UnknownCommand} */
export async function printHelp(name: string | undefined): Promise<void> {
  if (name === undefined) return print(programHelp());
  const definition = await definitionOf(name);
  print(commandHelp(commandOf(name, definition), definition));
}

/** Loads a command. @throws {UnknownCommand} */
export async function definitionOf(name: string): Promise<CommandDefinition> {
  if (RESERVED.has(name)) throw new Error(`"${name}" is reserved for ocirun itself`);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw new UnknownCommand(name);
  return await entry.load();
}

/** The help of the program: what `ocirun`, `ocirun help` and `ocirun --help` print. */
export function programHelp(): string {
  const program = globalProgram()
    .usage('[global flags] <command> [flags] [arguments]')
    .description('A container runtime for bundles of the Open Container Initiative.')
    .helpCommand('help [command]', 'print the help of a command');
  for (const [name, { summary }] of Object.entries(COMMANDS)) program.command(name).description(summary);
  return helpOf(program);
}

/** A command with its flags and `--help`, ready to parse and to describe itself. */
export function commandOf(name: string, definition: CommandDefinition): Command {
  const command = new Command(`ocirun ${name}`).helpOption(false);
  definition.addFlags?.(command);
  return command.option('-h, --help', 'print this help');
}

/** The help of one command. */
export function commandHelp(command: Command, definition: CommandDefinition): string {
  command.usage(`[flags] ${definition.operands}`.trimEnd()).description(definition.description);
  return helpOf(command);
}

function helpOf(command: Command): string {
  // commander asks process.stdout for its width and colours otherwise, which costs 7 ms.
  command.configureOutput({
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
    stripColor: (text) => text,
  });
  return `${command.helpInformation().trimEnd()}\n`;
}

/** Runs `parse`; when it finds a mistake in the command line, the help that the user needs now is printed first. */
export function withUsage<T>(help: () => string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UsageError) printUsage(error, help());
    throw error;
  }
}

/** Prints what is wrong with a command line and how it should look, on stdout as runc does. */
export function printUsage(error: UsageError, help = programHelp()): void {
  print(`Incorrect Usage: ${error.message}\n\n${help}`);
}
