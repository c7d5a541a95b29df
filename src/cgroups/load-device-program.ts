import { Fd } from '../../native-bindings/fd.ts';
import type { NativeMemory } from '../../native-bindings/memory.ts';
import { allocateMemory, cString, textUpToNul, withScratch } from '../../native-bindings/memory.ts';
import { bpf_prog_load } from '../../native-bindings/struct/bpf.ts';
import { writeField } from '../../native-bindings/struct/layout.ts';
import { trySyscall } from '../../native-bindings/syscall.ts';
import { SystemError } from '../../native-bindings/system-error.ts';
import { INSTRUCTION_BYTES } from './bpf-instruction.ts';
import { CgroupError } from './cgroup-error.ts';

const BPF_PROG_LOAD = 5;
const BPF_PROG_TYPE_CGROUP_DEVICE = 15;
/** Our programs call no kernel function that asks for a GPL-compatible licence. */
const LICENSE = 'Apache-2.0';
const NAME = 'ocirun_device';
const LOG_BYTES = 32 * 1024;
const EAGAIN = 11;
/** The verifier gives up with EAGAIN when a signal is pending; libbpf tries five times, too. */
const ATTEMPTS = 5;

/** Programs that do not fit into the scratch memory: one block, as large as the largest so far. */
let large: NativeMemory | undefined;
const SCRATCH_PROGRAM_BYTES = 64 * 1024;

/**
 * Loads a device program (bpf(2), BPF_PROG_LOAD). It lives as long as its descriptor or an attachment.
 * @param program 8-byte instructions, as `deviceProgram` makes them
 * @throws {CgroupError} with the words of the kernel's verifier, `cause` the SystemError
 */
export function loadDeviceProgram(program: Uint8Array): Fd {
  return withScratch((take) => {
    const code = program.length <= SCRATCH_PROGRAM_BYTES ? take(program.length) : largeMemory(program.length);
    code.bytes.set(program);
    let result = load(code, program.length, undefined);
    for (let attempt = 1; result === -EAGAIN && attempt < ATTEMPTS; attempt++) {
      result = load(code, program.length, undefined);
    }
    if (result >= 0) return new Fd(result);
    // A log is asked for only now: it slows the verifier down, and one that is too long makes the load itself fail.
    const log = take(LOG_BYTES);
    const second = load(code, program.length, log);
    if (second >= 0) return new Fd(second);
    throw refusal(-result, program.length / INSTRUCTION_BYTES, textUpToNul(log.bytes));
  });
}

function load(code: NativeMemory, sizeBytes: number, log: NativeMemory | undefined): number {
  return withScratch((take) => {
    const attributes = take(bpf_prog_load.size);
    const license = take(LICENSE.length + 1);
    license.bytes.set(cString(LICENSE));
    const values = {
      prog_type: BPF_PROG_TYPE_CGROUP_DEVICE,
      insn_cnt: sizeBytes / INSTRUCTION_BYTES,
      insns: code.address,
      license: license.address,
      log_level: log ? 1 : 0,
      log_size: log ? log.bytes.length : 0,
      log_buf: log ? log.address : 0,
    };
    for (const { name, offset, type } of bpf_prog_load.fields) {
      const value = values[name as keyof typeof values];
      if (value !== undefined) writeField(attributes.view, offset, type, value);
    }
    attributes.bytes.set(cString(NAME), bpf_prog_load.offsets.prog_name);
    return trySyscall('bpf', BPF_PROG_LOAD, attributes, bpf_prog_load.size);
  });
}

function largeMemory(sizeBytes: number): NativeMemory {
  if (large === undefined || large.bytes.length < sizeBytes) large = allocateMemory(sizeBytes);
  return large;
}

const HINTS: Readonly<Record<string, string>> = {
  EPERM: 'it needs CAP_BPF (or CAP_SYS_ADMIN) and CAP_NET_ADMIN in the initial user namespace',
  EACCES: 'it needs CAP_BPF (or CAP_SYS_ADMIN) and CAP_NET_ADMIN in the initial user namespace',
  E2BIG: 'the list is too long for one eBPF program; use rules with -1 as minor number',
  EINVAL: 'the kernel needs CONFIG_CGROUP_BPF',
  ENOSYS: 'the kernel needs CONFIG_BPF_SYSCALL',
};

function refusal(errno: number, instructions: number, log: string): CgroupError {
  const cause = new SystemError('bpf', errno, `BPF_PROG_LOAD of ${instructions} instructions`);
  // The verifier's last words before its statistics say what is wrong.
  const words = log
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('processed '))
    .slice(-2)
    .join(': ');
  const hint = HINTS[cause.code];
  return new CgroupError(
    `linux.resources.devices: cannot load the device rules: ${cause.message}` +
      (words === '' ? '' : `: verifier: ${words}`) +
      (hint === undefined ? '' : `; ${hint}`),
    { configPath: 'linux.resources.devices', cause },
  );
}
