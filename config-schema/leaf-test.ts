import { isVersion1 } from './oci-version.ts';

/** The tests that leaves make, as data: interpreted below, and compiled by `acceptor/`. */
export type LeafTest =
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'wide integer'; readonly minimum: bigint; readonly maximum: bigint }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'version 1' }
  /** A list of strings with at least one. */
  | { readonly kind: 'some texts' };

/** Whether a value passes the test. */
export function passes(test: LeafTest, value: unknown): boolean {
  if (test.kind === 'pattern') return typeof value === 'string' && test.pattern.test(value);
  if (test.kind === 'version 1') return typeof value === 'string' && isVersion1(value);
  if (test.kind === 'some texts') {
    return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
  }
  if (typeof value === 'bigint') return test.kind === 'wide integer' && value >= test.minimum && value <= test.maximum;
  // JavaScript compares number and bigint exactly, and 2^64 - 1 as a number would be 2^64. A number beyond 2^53 gets here
  // only from `1e17` or a fraction in the text, or from a program: the parser makes bigints of long integer literals.
  return Number.isInteger(value) && (value as number) >= test.minimum && (value as number) <= test.maximum;
}
