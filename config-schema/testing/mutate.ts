import type { Random } from './random.ts';

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  511,
  512,
  65535,
  65536,
  2147483648,
  -2147483649,
  4294967294,
  4294967295,
  4294967296,
  9007199254740993n,
  9223372036854775807n,
  9223372036854775808n,
  -9223372036854775809n,
  18446744073709551615n,
  18446744073709551616n,
  1e30,
  '',
  'x',
  'nul \0 inside',
  '1.2.3',
  '2.0.0',
  'rslave',
  'RLIMIT_FOO',
  'paused',
  [],
  {},
  [null],
  [1, 'x'],
  { unknown: 1 },
];

type Container = Record<string, unknown> | unknown[];

/** Changes one to three places of a document, at random: wrong types, missing, additional and out-of-range values. */
export function mutate(document: unknown, random: Random): unknown {
  const copy = structuredClone(document);
  for (let count = 1 + random.below(3); count > 0; count--) mutateOnce(copy, random);
  return copy;
}

function mutateOnce(document: unknown, random: Random): void {
  const places = containers(document).flatMap((holder) =>
    (Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder)).map((key) => ({ holder, key })),
  );
  if (places.length === 0) return;
  const { holder, key } = random.pick(places);
  const action = random.below(10);
  if (action < 5) Reflect.set(holder, key, structuredClone(random.pick(VALUES)));
  else if (action < 7) remove(holder, key);
  else if (action < 8) Reflect.set(holder, key, changed(Reflect.get(holder, key)));
  else if (Array.isArray(holder)) holder.push(structuredClone(action === 8 ? holder[0] : random.pick(VALUES)));
  else holder[`unknown${random.below(3)}`] = structuredClone(random.pick(VALUES));
}

function remove(holder: Container, key: string | number): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

function changed(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  if (typeof value === 'number') return -value;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? { 0: value } : [value];
}

function containers(value: unknown): Container[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Container, ...Object.values(value).flatMap(containers)];
}
