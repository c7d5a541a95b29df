/**
 * The few eBPF instructions that device programs are made of. An instruction has 8 bytes: u8 code, u8 registers
 * (destination in the low half), i16 offset of a jump, i32 immediate (Documentation/bpf/standardization/
 * instruction-set.rst). Opcodes are composed of class | operation | source.
 */
export interface Instruction {
  readonly code: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly immediate: number;
}

export const INSTRUCTION_BYTES = 8;

/** Opcodes; `32` works on the lower half of a register and clears the upper one. */
export const LOAD_U32 = 0x61;
export const MOVE = 0xb7;
export const MOVE_REGISTER_32 = 0xbc;
export const AND_32 = 0x54;
export const SHIFT_LEFT_32 = 0x64;
export const SHIFT_RIGHT_32 = 0x74;
export const OR_REGISTER_32 = 0x4c;
/** JMP32 (kernel 5.1): the immediate is compared with the lower 32 bits, so that it needs no sign extension. */
export const JUMP_UNLESS_EQUAL_32 = 0x56;
export const JUMP_IF_ANY_BIT_32 = 0x46;
export const EXIT = 0x95;

/** One instruction; what is not given is 0. */
export function instruction(code: number, parts: Partial<Omit<Instruction, 'code'>> = {}): Instruction {
  return { code, dst: 0, src: 0, offset: 0, immediate: 0, ...parts };
}

/** The bytes that BPF_PROG_LOAD takes, little-endian as both of our architectures are. */
export function encodeInstructions(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, dst, src, offset, immediate }] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint8(at, code);
    view.setUint8(at + 1, dst | (src << 4));
    view.setInt16(at + 2, offset, true);
    view.setInt32(at + 4, immediate | 0, true);
  }
  return bytes;
}
