import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutNodeImports } from './commander-source.ts';

const source = readFileSync(join(import.meta.dirname, '../../node_modules/commander/lib/command.js'), 'utf8');

test('commander as installed is rewritten, and no import from Node remains', () => {
  expect(source).toContain("require('node:");
  expect(withoutNodeImports(source)).not.toContain('node:');
});

test('a commander that changed stops the build', () => {
  expect(() => withoutNodeImports(source.replace('const fs = ', 'const files = '))).toThrow('exactly once');
  expect(() => withoutNodeImports(`${source}\nrequire('node:tls');`)).toThrow("require('node:tls')");
});

test('the events that stand in reach their listeners', () => {
  const standIn = /class EventEmitter \{[\s\S]*?\n {4}\}/.exec(withoutNodeImports(source))?.[0];
  const Emitter = new Function(`${standIn}; return EventEmitter`)() as new () => {
    on(name: string, listener: (value: unknown) => void): unknown;
    emit(name: string, ...values: unknown[]): boolean;
    listenerCount(name: string): number;
  };
  const emitter = new Emitter();
  const seen: unknown[] = [];
  emitter.on('option', (value) => seen.push(value));
  emitter.on('option', (value) => seen.push(value));
  expect(emitter.emit('option', 1)).toBe(true);
  expect(emitter.emit('other')).toBe(false);
  expect(emitter.listenerCount('option')).toBe(2);
  expect(seen).toEqual([1, 1]);
});
