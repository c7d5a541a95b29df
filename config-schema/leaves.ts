import './zod-settings.ts';
import * as z from 'zod/mini';
import { type LeafTest, passes } from './leaf-test.ts';
import { once } from './once.ts';

/**
 * The scalar schemas that all sections share. Each exists once: building a zod node costs several microseconds in a cold
 * process, and a config has hundreds of scalar properties.
 */
export const text = once(() => z.string());
export const flag = once(() => z.boolean());
export const optionalText = once(() => z.optional(text()));
export const optionalFlag = once(() => z.optional(flag()));
export const texts = once(() => z.array(text()));
export const optionalTexts = once(() => z.optional(texts()));

/** A JSON object whose values are all strings (annotations, sysctl, unified). */
export const textMap = once(() => z.record(text(), text()));

/**
 * What travels with zod's issue, as data, where a leaf refuses a value. It becomes words only in `problems/`, and code only
 * in `acceptor/`.
 */
export interface LeafParams {
  readonly test: LeafTest;
  /** Completes the sentence `expected ...`. */
  readonly wanted: string;
}

/** A value that zod's own types do not describe. */
export function leaf<T>(test: LeafTest, wanted: string) {
  const params: LeafParams = { test, wanted };
  return z.custom<T>((value) => passes(test, value), { abort: false, params: { ...params } });
}

/** A string that matches a pattern; `wanted` completes the sentence `expected ...`. */
export function matching(pattern: RegExp, wanted: string) {
  return leaf<string>({ kind: 'pattern', pattern }, wanted);
}
