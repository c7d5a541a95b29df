import type { Architecture } from '../kernel/syscall-numbers.ts';
import { EXECUTOR_ELF } from './elf.generated.ts';

/** ES2026, in Bun and Node 25; older Nodes have only atob. */
type FromBase64 = { fromBase64?: (text: string) => Uint8Array };

/** The executor's ELF file for an architecture. It decodes at every call: each process spawns from one copy. */
export function executorElf(architecture: Architecture): Uint8Array {
  const text = EXECUTOR_ELF[architecture];
  return (
    (Uint8Array as FromBase64).fromBase64?.(text) ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  );
}
