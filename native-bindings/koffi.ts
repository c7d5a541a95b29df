import { loadKoffi } from './koffi-package.ts';

/** The part of koffi that ocirun uses. koffi is here because JavaScript engines offer no system calls of their own. */
export type Koffi = Pick<typeof import('koffi'), 'load' | 'alloc' | 'address' | 'view' | 'errno'>;

let loaded: Koffi | undefined;

/** koffi, loaded at the first call: commands that need no system call do not pay for it. */
export function koffi(): Koffi {
  loaded ??= loadKoffi();
  return loaded;
}

let libc: ReturnType<Koffi['load']> | undefined;

/** A function of the C library that the process itself runs on (glibc or musl). */
export function libcFunction(name: string, result: string, parameters: readonly string[]) {
  libc ??= koffi().load(null);
  return libc.func(name, result, [...parameters]);
}
