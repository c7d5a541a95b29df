import type { Instruction } from './bpf-instruction.ts';
import {
  AND_32,
  EXIT,
  encodeInstructions,
  instruction,
  JUMP_IF_ANY_BIT_32,
  JUMP_UNLESS_EQUAL_32,
  LOAD_U32,
  MOVE,
  MOVE_REGISTER_32,
  OR_REGISTER_32,
  SHIFT_LEFT_32,
  SHIFT_RIGHT_32,
} from './bpf-instruction.ts';
import { ALL_ACCESS } from './device-rules.ts';
import type { PermissionTable, TypePermissions } from './permission-table.ts';

/**
 * Compiles device permissions to a program of type BPF_PROG_TYPE_CGROUP_DEVICE. The kernel runs it at every mknod and
 * open of a device by a process of the cgroup; it returns 1 to allow and 0 to deny.
 *
 * The program is a straight line of comparisons, most special first, and each of them that matches decides. The order
 * of the rules was resolved before, in `permissionTable`: a match that decides is what keeps the kernel's verifier
 * linear (it forgets a branch when it ends), where a program that went on after a partial match would make it walk
 * every combination.
 */

// struct bpf_cgroup_dev_ctx: u32 access_type, u32 major, u32 minor
const CTX_ACCESS_TYPE = 0;
const CTX_MAJOR = 4;
const CTX_MINOR = 8;
/** BPF_DEVCG_DEV_*: the lower half of access_type; the upper half is the access that is asked for. */
const DEVICE_TYPES = { b: 1, c: 2 } as const;

const [RESULT, CTX, TYPE, ACCESS, MAJOR, MINOR, KEY] = [0, 1, 2, 3, 4, 5, 6];

const PROLOGUE: readonly Instruction[] = [
  instruction(MOVE, { dst: RESULT, immediate: 0 }),
  instruction(LOAD_U32, { dst: TYPE, src: CTX, offset: CTX_ACCESS_TYPE }),
  instruction(MOVE_REGISTER_32, { dst: ACCESS, src: TYPE }),
  instruction(SHIFT_RIGHT_32, { dst: ACCESS, immediate: 16 }),
  instruction(AND_32, { dst: TYPE, immediate: 0xffff }),
  instruction(LOAD_U32, { dst: MAJOR, src: CTX, offset: CTX_MAJOR }),
  instruction(LOAD_U32, { dst: MINOR, src: CTX, offset: CTX_MINOR }),
  instruction(MOVE_REGISTER_32, { dst: KEY, src: MAJOR }),
  instruction(SHIFT_LEFT_32, { dst: KEY, immediate: 20 }),
  instruction(OR_REGISTER_32, { dst: KEY, src: MINOR }),
];

/** A jump reaches 32,767 instructions: longer programs are cut into pages, each with its own test of the type. */
const PAGE_INSTRUCTIONS = 32_000;

/** The byte code for a table of permissions: 8-byte instructions, little-endian. */
export function deviceProgram(table: PermissionTable): Uint8Array {
  return encodeInstructions([
    ...PROLOGUE,
    ...pages(DEVICE_TYPES.c, table.c),
    ...pages(DEVICE_TYPES.b, table.b),
    instruction(EXIT),
  ]);
}

function* pages(type: number, permissions: TypePermissions): Generator<Instruction> {
  let page: Instruction[] = [];
  const finished = () => [
    instruction(JUMP_UNLESS_EQUAL_32, { dst: TYPE, immediate: type, offset: page.length }),
    ...page,
  ];
  for (const line of lines(permissions)) {
    if (page.length + line.length > PAGE_INSTRUCTIONS) {
      yield* finished();
      page = [];
    }
    page.push(...line);
  }
  yield* finished();
}

function* lines({ exact, majors, minors, everything }: TypePermissions): Generator<readonly Instruction[]> {
  for (const [key, bits] of exact) yield decideIf(KEY, key, bits);
  for (const [major, bits] of majors) yield decideIf(MAJOR, major, bits);
  for (const [minor, bits] of minors) yield decideIf(MINOR, minor, bits);
  yield decide(everything);
}

function decideIf(register: number, value: number, bits: number): Instruction[] {
  const decision = decide(bits);
  return [instruction(JUMP_UNLESS_EQUAL_32, { dst: register, immediate: value, offset: decision.length }), ...decision];
}

/** Ends the program: allowed when the access asks for no other permission than `bits`. */
function decide(bits: number): Instruction[] {
  const allow = [instruction(MOVE, { dst: RESULT, immediate: 1 }), instruction(EXIT)];
  if (bits === ALL_ACCESS) return allow;
  // The jump goes to the exit, where the result still is the 0 of the first instruction.
  return [instruction(JUMP_IF_ANY_BIT_32, { dst: ACCESS, immediate: ~bits, offset: 1 }), ...allow];
}
