import { lstatSync, readlinkSync } from 'node:fs';

/** What the host's programs consist of. Each is there on some hosts only; /nix and /gnu are NixOS's and Guix's /usr. */
const FOLDERS = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'gnu'];

/** A folder of the host's root: bound as it is, or a link such as /bin -> usr/bin, which is made again. */
export type HostFolder =
  | { readonly name: string; readonly kind: 'folder' }
  | { readonly name: string; readonly kind: 'link'; readonly target: string };

/** The folders that the host's programs and libraries are in. @param root for tests */
export function hostFolders(root = '/'): HostFolder[] {
  return FOLDERS.flatMap((name): HostFolder[] => {
    const status = lstatSync(`${root}/${name}`, { throwIfNoEntry: false });
    if (status?.isSymbolicLink()) return [{ name, kind: 'link', target: readlinkSync(`${root}/${name}`) }];
    return status?.isDirectory() ? [{ name, kind: 'folder' }] : [];
  });
}
