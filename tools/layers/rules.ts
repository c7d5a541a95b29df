/** The layer rules of the design, as data. Paths are relative to the root of the repository. */

/** A part of the project, with the parts that it may import. The first part whose folder holds a file is its part. */
export interface Part {
  readonly name: string;
  readonly folder: string;
  readonly knows: readonly string[];
}

const LIBRARIES = ['plan', 'cgroups', 'seccomp', 'image'];
const BELOW_RUNTIME = [...LIBRARIES, 'config-schema', 'native-bindings'];

export const PARTS: readonly Part[] = [
  { name: 'main', folder: 'src/main.ts', knows: ['commands'] },
  { name: 'index', folder: 'src/index.ts', knows: ['runtime', ...BELOW_RUNTIME] },
  { name: 'commands', folder: 'src/commands/', knows: ['log', 'runtime', ...BELOW_RUNTIME] },
  { name: 'log', folder: 'src/log/', knows: ['native-bindings'] },
  { name: 'runtime', folder: 'src/runtime/', knows: BELOW_RUNTIME },
  ...LIBRARIES.map((name) => ({ name, folder: `src/${name}/`, knows: ['config-schema', 'native-bindings'] })),
  { name: 'config-schema', folder: 'config-schema/', knows: [] },
  { name: 'native-bindings', folder: 'native-bindings/', knows: [] },
];

/** Packages, and the files (or folders) that may import them. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  commander: ['src/commands/'],
  zod: ['config-schema/'],
  koffi: ['native-bindings/'],
  'bun:ffi': ['native-bindings/'],
  'ocirun:koffi-addon': ['native-bindings/koffi-embedded.ts'],
  // Importing a module of Node costs a command up to 7 ms of its start; these two files tell why they may.
  'node:module': ['native-bindings/koffi-package.ts'],
  'node:fs': ['native-bindings/koffi-embedded.ts'],
};

/** Tests, what serves tests, and tools: they may import what they like, and nobody may import them. */
export const NOT_SHIPPED: readonly RegExp[] = [
  /^(test|tools)\//,
  /\/testing\//,
  /\.test\.ts$/,
  // Writes the generated file beside it.
  /^config-schema\/acceptor\/write\.ts$/,
];

/** Files may have this many lines. */
export const LINE_LIMIT = 400;

/** Tables, which may have more. */
export const TABLES: readonly RegExp[] = [/\.generated\.ts$/, /\.cases\.ts$/];
