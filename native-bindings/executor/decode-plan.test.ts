import { describe, expect, test } from 'bun:test';
import { Random } from '../../test/executor/random.ts';
import { rawPlan } from '../../test/executor/raw-plan.ts';
import type { ErrnoName } from '../kernel/errno.ts';
import { ERRNO } from '../kernel/errno.ts';
import { type Architecture, SYSCALL_NUMBERS, type SyscallName } from '../kernel/syscall-numbers.ts';
import { type Argument, at, bytes, type Call, cstring, cstrings, load, resultOf, type Slot, slot } from './call.ts';
import { type DecodedArgument, type DecodedCall, decodePlan } from './decode-plan.ts';
import { AREA_ADDRESS, AREA_MAX_BYTES, CALL_BYTES, encodePlan, KIND, NR_CHECK } from './wire.ts';

const NAMES: [Call['name'], ...Call['name'][]] = ['check', ...(Object.keys(SYSCALL_NUMBERS) as SyscallName[])];
const ERRNOS = Object.keys(ERRNO) as [ErrnoName, ...ErrnoName[]];
const TEXTS = ['a', '/proc/self/fd/3', 'größe=5 日本', 'two\nlines', 'x'.repeat(300), 'size=12q'] as const;

function randomCall(random: Random, earlier: readonly Call[], slots: readonly [Slot, ...Slot[]]): Call {
  const argument = (): Argument => {
    const made = earlier[random.below(Math.max(1, earlier.length))];
    const memory = random.pick(slots);
    return random.pick<Argument>([
      random.below(1000),
      -1,
      random.long() >> 1n,
      cstring(random.pick(TEXTS)),
      cstrings(Array.from({ length: 1 + random.below(4) }, () => random.pick([...TEXTS, '']))),
      bytes(Uint8Array.from({ length: 1 + random.below(40) }, () => random.word())),
      memory,
      at(memory, random.below(memory.sizeBytes)),
      load(memory, 4 * random.below(memory.sizeBytes / 4), 4),
      load(memory, 8 * random.below(memory.sizeBytes / 8), 8),
      made ? resultOf(made) : 0,
    ]);
  };
  return {
    name: random.pick(NAMES),
    args: Array.from({ length: random.below(7) }, argument),
    goOnAfter: random.pick<readonly ErrnoName[] | 'any'>([
      'any',
      [],
      [random.pick(ERRNOS)],
      [random.pick(ERRNOS), random.pick(ERRNOS)],
    ]),
    skipAfterFailure: random.below(256),
    skipAfterSuccess: random.below(256),
  };
}

/** Compares what a person wrote with what came back; answers the area's offset of a slot for the next one. */
function expectArgument(
  got: DecodedArgument | undefined,
  wanted: Argument,
  calls: readonly Call[],
  places: Map<Slot, number>,
) {
  if (typeof wanted !== 'object') {
    return expect(got).toEqual({ kind: 'immediate', value: typeof wanted === 'bigint' ? small(wanted) : wanted });
  }
  const place = (memory: Slot, offset: number) => {
    const known = places.get(memory) ?? offset;
    places.set(memory, known);
    expect(offset).toBe(known);
  };
  switch (wanted.kind) {
    case 'result':
      return expect(got).toEqual({ kind: 'result', of: calls.indexOf(wanted.of) });
    case 'load':
      expect(got).toMatchObject({ kind: 'load', width: wanted.width });
      return got?.kind === 'load' && place(wanted.slot, got.offset - wanted.offset);
    case 'cstring':
      return expect(got).toMatchObject({ kind: 'data', text: wanted.text });
    case 'cstring-vector':
      return expect(got).toMatchObject({ kind: 'data', texts: wanted.texts });
    default:
      expect(got?.kind).toBe('data');
      if (got?.kind !== 'data') return;
      if (wanted.kind === 'slot') place(wanted, got.offset);
      if (wanted.kind === 'slot-address') place(wanted.slot, got.offset - wanted.offset);
  }
}

const small = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);

describe('what is encoded comes back', () => {
  for (const architecture of ['x64', 'arm64'] as const satisfies Architecture[]) {
    for (let seed = 1; seed <= 100; seed++) {
      test(`${architecture}, seed ${seed}`, () => {
        const random = new Random(seed);
        const slots = [slot(8), slot(16), slot(64)] as const;
        const calls: Call[] = [];
        for (let count = random.below(20); count > 0; count--) calls.push(randomCall(random, calls, slots));
        const plan = decodePlan(encodePlan(calls, architecture, seed), architecture);
        expect(plan.channel).toBe(seed);
        expect(plan.calls).toHaveLength(calls.length);
        const places = new Map<Slot, number>();
        for (const [index, call] of calls.entries()) {
          const decoded = plan.calls[index] as DecodedCall;
          const { name, skipAfterFailure, skipAfterSuccess } = call;
          expect(decoded).toMatchObject({ name, skipAfterFailure, skipAfterSuccess });
          const errnos = call.goOnAfter === 'any' ? 'any' : call.goOnAfter;
          expect(decoded.goOnAfter).toEqual(errnos as DecodedCall['goOnAfter']);
          for (const [position, argument] of call.args.entries()) {
            expectArgument(decoded.args[position], argument, calls, places);
          }
          for (const rest of decoded.args.slice(call.args.length))
            expect(rest).toEqual({ kind: 'immediate', value: 0 });
        }
        // Slots are memory of their own.
        const ranges = [...places].map(([memory, offset]) => [offset, offset + memory.sizeBytes] as const);
        for (const [index, [start]] of ranges.entries()) {
          for (const [other, [from, to]] of ranges.entries())
            if (index !== other) expect(start < from || start >= to).toBe(true);
        }
      });
    }
  }
});

describe('what the executor refuses is refused', () => {
  const check = (kinds: number, arg: number | bigint) => ({ nr: NR_CHECK, kinds, args: [arg] });
  const refused: Record<string, Uint8Array> = {
    'no header': new Uint8Array(15),
    'another magic': rawPlan([{}], { magic: 1 }),
    'a small area': rawPlan([], { size: CALL_BYTES - 1 }),
    'a large area': rawPlan([], { size: AREA_MAX_BYTES + 1 }),
    'too many calls': rawPlan([{}], { calls: 2 }),
    'a short message': rawPlan([{}]).subarray(0, -1),
    'a long message': Uint8Array.of(...rawPlan([{}]), 0),
    'a later result': rawPlan([check(KIND.RESULT, 0)]),
    'a load outside': rawPlan([check(KIND.LOAD64, AREA_ADDRESS + CALL_BYTES)]),
    'a load at an odd place': rawPlan([check(KIND.LOAD32, AREA_ADDRESS + 2)]),
    'a load at the end of addresses': rawPlan([check(KIND.LOAD64, -8n)]),
  };
  for (const [what, message] of Object.entries(refused)) {
    test(what, () => expect(() => decodePlan(message, 'x64')).toThrow(RangeError));
  }

  test('a number without a name keeps its number', () => {
    expect(decodePlan(rawPlan([{ nr: 999 }]), 'x64').calls[0]?.name).toBe('syscall 999');
  });

  test('data that is no text is an address alone', () => {
    const [call] = decodePlan(
      encodePlan([{ name: 'chdir', args: [bytes(Uint8Array.of(0xff, 0xfe, 0))] }], 'x64', 3),
      'x64',
    ).calls;
    expect(call?.args[0]).toEqual({ kind: 'data', offset: CALL_BYTES });
  });
});
