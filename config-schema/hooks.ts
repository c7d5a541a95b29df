import * as z from 'zod/mini';
import { leaf, optionalTexts, text } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';

const timeoutSeconds = once(() =>
  leaf<number>(
    { kind: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    'a whole number of seconds greater than 0',
  ),
);

const hookList = once(() =>
  z.array(object({ path: text(), args: optionalTexts(), env: optionalTexts(), timeout: z.optional(timeoutSeconds()) })),
);

/** The six kinds of hooks, in the order in which they run over the life of a container. */
export const HOOK_KINDS = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const;

/** runtime-spec config.md, "POSIX-platform Hooks". */
export const hooksSchema = once(() =>
  object(
    {},
    {
      prestart: hookList,
      createRuntime: hookList,
      createContainer: hookList,
      startContainer: hookList,
      poststart: hookList,
      poststop: hookList,
    },
  ),
);

export type Hook = z.output<ReturnType<typeof hookList>>[number];
export type HookKind = (typeof HOOK_KINDS)[number];
export type Hooks = z.output<ReturnType<typeof hooksSchema>>;
