import './zod-settings.ts';
import * as z from 'zod/mini';
import { once } from './once.ts';

type Build = () => z.ZodMiniType;
type Flatten<T> = { [K in keyof T]: T[K] };

/** Optional properties of an object, each with the function that builds its schema. */
export type Sections = Readonly<Record<string, Build>>;

/** What `object` infers: the properties of the shape, and every section as an optional property. */
export type ObjectOf<S extends z.core.$ZodShape, L extends Sections> = Flatten<
  // zod says Record<string, never> of an empty shape.
  (keyof S extends never ? unknown : z.output<z.ZodMiniObject<S>>) & {
    [K in keyof L]?: z.output<ReturnType<L[K]>> | undefined;
  }
>;

const anything = once(() => z.unknown());
const CONTEXT = { async: false } as const;
const sectionsOfNode = new WeakMap<object, Sections>();

/** The sections of a schema that `object` has made, for those who walk over schemas. */
export function sectionsOf(schema: object): Sections {
  return sectionsOfNode.get(schema) ?? {};
}

/**
 * The schema of a JSON object. Properties that it does not know pass through unchanged, as the specification demands of
 * a runtime ("Extensibility").
 *
 * @param shape the properties that nearly every document has
 * @param sections optional properties whose schemas are built only when a document has them: an absent one costs nothing,
 * not even a zod node. (`z.lazy` does not do: zod asks it whether it is optional, and that builds it.)
 */
export function object<S extends z.core.$ZodShape>(shape: S): z.ZodMiniType<ObjectOf<S, Record<never, Build>>>;
export function object<S extends z.core.$ZodShape, L extends Sections>(
  shape: S,
  sections: L,
): z.ZodMiniType<ObjectOf<S, L>>;
export function object(shape: z.core.$ZodShape, sections: Sections = {}): z.ZodMiniType {
  // The class instead of z.looseObject().check(): that builds an `unknown` schema for each object, and the object twice.
  const node = new z.ZodMiniObject({ type: 'object', shape, catchall: anything(), checks: [sectionsCheck(sections)] });
  sectionsOfNode.set(node, sections);
  return node;
}

function sectionsCheck(sections: Sections): z.core.$ZodCheck<object> {
  const check = (payload: z.core.ParsePayload<object>): void => {
    if (!isRecord(payload.value)) return;
    for (const key in payload.value) {
      const value = payload.value[key];
      if (value === undefined || !Object.hasOwn(sections, key)) continue;
      const result = (sections[key] as Build)()._zod.run({ value, issues: [] }, CONTEXT);
      // No schema here is asynchronous.
      if (result instanceof Promise) throw new TypeError(`asynchronous schema for ${key}`);
      payload.value[key] = result.value;
      for (const issue of result.issues) payload.issues.push({ ...issue, path: [key, ...(issue.path ?? [])] });
    }
  };
  // `when`: zod skips a check once the object has a problem, but all problems are to be reported together.
  return { _zod: { check, def: { check: 'custom', when: () => true }, onattach: [] } } as never;
}

function isRecord(value: object): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
