/** Names that exist only inside the standalone executable: tools/build.ts gives them their content. */

declare module 'ocirun:koffi-addon' {
  /** Where the executable's own copy of koffi.node can be read (a file inside the executable, not of the host). */
  const path: string;
  export default path;
}

/** The version of the koffi that the executable was built with. */
declare const OCIRUN_KOFFI_VERSION: string;

/** The C library's soname, of the C library that the executable is linked to. */
declare const OCIRUN_LIBC: string;
