import * as z from 'zod/mini';
import { uint64 } from './integers.ts';
import { optionalText, text, textMap } from './leaves.ts';
import { object } from './object.ts';
import { once } from './once.ts';
import { type Parsed, parseDocument } from './parse-document.ts';

/** runtime.md, "State"; `paused` is a state of the runtime's own, which the specification allows. */
export const STATUSES = ['creating', 'created', 'running', 'stopped', 'paused'] as const;

const stateSchema = once(() =>
  object(
    {
      ociVersion: text(),
      id: text(),
      status: z.enum(STATUSES),
      bundle: text(),
      rootfs: optionalText(),
      created: optionalText(),
    },
    { pid: processId, annotations: textMap },
  ),
);

const processId = once(() => uint64());

export type State = z.output<ReturnType<typeof stateSchema>>;
export type Status = (typeof STATUSES)[number];

/** Reads the state document of runtime.md, "State": what `state` prints and hooks get on their standard input. */
export function parseState(source: unknown): Parsed<State> {
  return parseDocument(source, { name: 'state', schema: stateSchema, rules: [], base: [] });
}
