/**
 * Offsets in struct statx, the same on all architectures, for koffi-embedded.ts: every command waits for it, and the
 * table of all structs in structs.ts takes half a millisecond to import.
 */
export const STATX_SIZE = 256;
export const STX_UID = 20;
export const STX_MODE = 28;
