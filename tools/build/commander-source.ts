/**
 * commander imports five modules of Node that ocirun never makes it use: sub-commands in files of their own
 * (child_process, fs, path), its events, and `process`, which is a global anyway. Importing them costs each start of the
 * executable 1.9 ms, more than half of what an empty program takes. Inside the executable the stand-ins below replace them.
 */
const STAND_INS: readonly (readonly [original: string, standIn: string])[] = [
  [
    "const EventEmitter = require('node:events').EventEmitter;",
    `class EventEmitter {
      listenersByName = new Map();
      on(name, listener) {
        const listeners = this.listenersByName.get(name);
        if (listeners) listeners.push(listener);
        else this.listenersByName.set(name, [listener]);
        return this;
      }
      emit(name, ...values) {
        const listeners = this.listenersByName.get(name) ?? [];
        for (const listener of [...listeners]) listener.apply(this, values);
        return listeners.length > 0;
      }
      listenerCount(name) {
        return this.listenersByName.get(name)?.length ?? 0;
      }
    }`,
  ],
  ["const childProcess = require('node:child_process');", 'const childProcess = undefined;'],
  ["const path = require('node:path');", 'const path = undefined;'],
  ["const fs = require('node:fs');", 'const fs = undefined;'],
  ["const process = require('node:process');", 'const process = globalThis.process;'],
];

/**
 * commander's command.js with stand-ins for its imports from Node.
 * @throws when commander no longer looks as expected: after an update, the table above must be looked at again
 */
export function withoutNodeImports(source: string): string {
  let result = source;
  for (const [original, standIn] of STAND_INS) {
    if (result.split(original).length !== 2) {
      throw new Error(
        `commander/lib/command.js does not hold \`${original}\` exactly once: see tools/build/commander-source.ts`,
      );
    }
    result = result.replace(original, () => standIn);
  }
  const left = /require\(['"]node:[^'"]*['"]\)/.exec(result);
  if (left) throw new Error(`commander/lib/command.js imports ${left[0]} too: see tools/build/commander-source.ts`);
  return result;
}
