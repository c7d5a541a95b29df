/**
 * Runs eBPF byte code as the kernel's interpreter would, for tests of generated programs. Written from the instruction
 * set's documentation and not from `bpf-instruction.ts`: opcodes are taken apart into class, operation and source, so
 * that a wrong opcode there is not repeated here. What it does not know, it refuses.
 */

const CLASS = { LDX: 0x01, ALU: 0x04, JMP: 0x05, JMP32: 0x06, ALU64: 0x07 };
const U32 = 0xffffffffn;
const U64 = 0xffffffffffffffffn;

export interface BpfResult {
  readonly result: number;
  /** How many instructions ran. */
  readonly steps: number;
}

/**
 * @param program 8-byte instructions
 * @param context the memory that register 1 points to
 */
export function runBpf(program: Uint8Array, context: Uint8Array): BpfResult {
  if (program.length === 0 || program.length % 8 !== 0) throw new Error(`${program.length} bytes are no program`);
  const code = new DataView(program.buffer, program.byteOffset, program.length);
  const memory = new DataView(context.buffer, context.byteOffset, context.length);
  // As in the kernel's verifier, a register has no value before it was written.
  const registers: (bigint | 'context' | undefined)[] = new Array(11).fill(undefined);
  registers[1] = 'context';
  const value = (register: number): bigint => {
    const content = registers[register];
    if (typeof content !== 'bigint') throw new Error(`register ${register} is read and holds ${content}`);
    return content;
  };

  for (let counter = 0, steps = 1; ; counter++, steps++) {
    if (counter < 0 || counter >= program.length / 8) throw new Error(`jump out of the program to ${counter}`);
    const at = counter * 8;
    const opcode = code.getUint8(at);
    const dst = code.getUint8(at + 1) & 15;
    const src = code.getUint8(at + 1) >> 4;
    const offset = code.getInt16(at + 2, true);
    const immediate = BigInt(code.getInt32(at + 4, true));
    const kind = opcode & 7;
    const operand = () => (opcode & 8 ? value(src) : immediate);

    if (kind === CLASS.LDX) {
      if (opcode !== 0x61) throw new Error(`load 0x${opcode.toString(16)} is not known`);
      if (registers[src] !== 'context') throw new Error(`register ${src} is no pointer`);
      registers[dst] = BigInt(memory.getUint32(offset, true));
    } else if (kind === CLASS.ALU || kind === CLASS.ALU64) {
      const mask = kind === CLASS.ALU ? U32 : U64;
      const right = operand() & mask;
      const operation = opcode >> 4;
      const left = operation === 0xb ? 0n : value(dst) & mask;
      registers[dst] = arithmetic(operation, left, right, kind === CLASS.ALU ? 31n : 63n) & mask;
    } else if (kind === CLASS.JMP || kind === CLASS.JMP32) {
      const operation = opcode >> 4;
      if (operation === 9) return { result: Number(value(0)), steps };
      const mask = kind === CLASS.JMP32 ? U32 : U64;
      if (jumps(operation, value(dst) & mask, operand() & mask)) counter += offset;
    } else throw new Error(`opcode 0x${opcode.toString(16)} is not known`);
  }
}

function arithmetic(operation: number, left: bigint, right: bigint, shiftMask: bigint): bigint {
  switch (operation) {
    case 0x0:
      return left + right;
    case 0x4:
      return left | right;
    case 0x5:
      return left & right;
    case 0x6:
      return left << (right & shiftMask);
    case 0x7:
      return left >> (right & shiftMask);
    case 0xb:
      return right;
    default:
      throw new Error(`arithmetic operation ${operation} is not known`);
  }
}

function jumps(operation: number, left: bigint, right: bigint): boolean {
  switch (operation) {
    case 0x0:
      return true;
    case 0x1:
      return left === right;
    case 0x2:
      return left > right;
    case 0x4:
      return (left & right) !== 0n;
    case 0x5:
      return left !== right;
    default:
      throw new Error(`jump ${operation} is not known`);
  }
}
