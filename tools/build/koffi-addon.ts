import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PT_INTERP = 3;

/** The ELF interpreter that a program names, for example `/lib64/ld-linux-x86-64.so.2`. Throws for a static one. */
export function interpreterOf(program: string): string {
  const bytes = readFileSync(program);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // elf.h, Elf64_Ehdr: e_phoff 32, e_phentsize 54, e_phnum 56; Elf64_Phdr: p_type 0, p_offset 8, p_filesz 32
  const start = Number(view.getBigUint64(32, true));
  const size = view.getUint16(54, true);
  for (let index = 0; index < view.getUint16(56, true); index++) {
    const header = start + index * size;
    if (view.getUint32(header, true) !== PT_INTERP) continue;
    const offset = Number(view.getBigUint64(header + 8, true));
    const length = Number(view.getBigUint64(header + 32, true));
    return bytes.toString('latin1', offset, offset + length - 1);
  }
  throw new Error(`${program} is linked statically: koffi cannot be loaded into it`);
}

/** The C library that goes with an ELF interpreter, and the koffi addon built for it. */
export function addonFor(
  interpreter: string,
  architecture: string,
  nodeModules: string,
): { libc: string; addon: string } {
  const musl = interpreter.includes('ld-musl');
  const triplet = `${musl ? 'musl' : 'linux'}_${architecture}`;
  return {
    // Both names are answered by the library that is loaded already; musl's dlopen(3) knows itself by this one.
    libc: musl ? 'libc.so' : 'libc.so.6',
    addon: join(nodeModules, '@koromix', `koffi-linux-${architecture}`, triplet, 'koffi.node'),
  };
}
