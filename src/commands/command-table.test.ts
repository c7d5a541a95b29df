import { describe, expect, test } from 'bun:test';
import { COMMANDS } from './command-table.ts';
import { commandOf } from './help.ts';

describe('the values of flags that are not given', () => {
  test.each(Object.keys(COMMANDS))('%s: are those that commander has', async (name) => {
    const definition = await COMMANDS[name]?.load();
    if (!definition) throw new Error(`no command ${name}`);
    const command = commandOf(name, definition).parse([], { from: 'user' });
    expect<object>({ ...definition.defaults }).toEqual(command.opts());
  });
});
