import { Fd } from '../../native-bindings/fd.ts';
import { withScratch } from '../../native-bindings/memory.ts';
import { bpf_get_fd_by_id, bpf_prog_attach, bpf_prog_query } from '../../native-bindings/struct/bpf.ts';
import type { Fields, Layout } from '../../native-bindings/struct/layout.ts';
import { readField, writeField } from '../../native-bindings/struct/layout.ts';
import { syscall, trySyscall } from '../../native-bindings/syscall.ts';
import { SystemError } from '../../native-bindings/system-error.ts';
import { CgroupError } from './cgroup-error.ts';

const BPF_PROG_ATTACH = 8;
const BPF_PROG_DETACH = 9;
const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_PROG_QUERY = 16;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_ALLOW_MULTI = 2;
const BPF_F_REPLACE = 4;
/** The kernel's own limit of programs at one cgroup (BPF_CGROUP_MAX_PROGS). */
const MAX_PROGRAMS = 64;

/**
 * Makes a loaded program the device program of a cgroup, in the place of what was attached to it before. Programs of
 * the cgroups above stay in force: all of them must allow an access.
 * @param cgroupFd a directory of a cgroup2 file system, not opened with O_PATH
 * @throws {CgroupError} with the SystemError as cause
 */
export function attachDeviceProgram(cgroupFd: number, programFd: number): void {
  try {
    replacePrograms(cgroupFd, programFd);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const hint = error.code === 'EPERM' ? '; a cgroup above may have a device program that allows none below it' : '';
    throw new CgroupError(`linux.resources.devices: cannot attach the device rules: ${error.message}${hint}`, {
      configPath: 'linux.resources.devices',
      cause: error,
    });
  }
}

function replacePrograms(cgroupFd: number, programFd: number): void {
  const { ids, attachFlags } = attachedPrograms(cgroupFd);
  // A cgroup takes programs in one mode. In another one than MULTI it has a single program, and attaching replaces.
  if (ids.length > 0 && !(attachFlags & BPF_F_ALLOW_MULTI)) {
    attach(cgroupFd, programFd, attachFlags);
    return;
  }
  const old = openPrograms(ids);
  try {
    const [only] = old;
    if (only !== undefined && old.length === 1) {
      attach(cgroupFd, programFd, BPF_F_ALLOW_MULTI | BPF_F_REPLACE, only.number);
      return;
    }
    // Several cannot be replaced in one step; the new one is in force before the old ones go.
    attach(cgroupFd, programFd, BPF_F_ALLOW_MULTI);
    for (const program of old) detach(cgroupFd, program.number);
  } finally {
    for (const program of old) program.close();
  }
}

/** Takes all device programs off a cgroup; those of the cgroups above stay. @throws {SystemError} */
export function detachDevicePrograms(cgroupFd: number): void {
  for (const program of openPrograms(attachedPrograms(cgroupFd).ids)) {
    detach(cgroupFd, program.number);
    program.close();
  }
}

/** The device programs of a cgroup itself, in the order in which they were attached. @throws {SystemError} */
export function attachedPrograms(cgroupFd: number): { ids: number[]; attachFlags: number } {
  return withScratch((take) => {
    const list = take(MAX_PROGRAMS * 4);
    const attributes = take(bpf_prog_query.size);
    fill(bpf_prog_query, attributes.view, {
      target_fd: cgroupFd,
      attach_type: BPF_CGROUP_DEVICE,
      prog_ids: list.address,
      prog_cnt: MAX_PROGRAMS,
    });
    syscall('BPF_PROG_QUERY', 'bpf', BPF_PROG_QUERY, attributes, bpf_prog_query.size);
    const count = Number(readField(attributes.view, bpf_prog_query.offsets.prog_cnt, 'u32'));
    return {
      ids: Array.from({ length: count }, (_, index) => list.view.getUint32(index * 4, true)),
      attachFlags: Number(readField(attributes.view, bpf_prog_query.offsets.attach_flags, 'u32')),
    };
  });
}

/** Descriptors of programs; one that is gone meanwhile is left out. */
function openPrograms(ids: readonly number[]): Fd[] {
  return ids.flatMap((id) =>
    withScratch((take) => {
      const attributes = take(bpf_get_fd_by_id.size);
      fill(bpf_get_fd_by_id, attributes.view, { prog_id: id });
      const fd = trySyscall('bpf', BPF_PROG_GET_FD_BY_ID, attributes, bpf_get_fd_by_id.size);
      if (fd === -2) return [];
      if (fd < 0) throw new SystemError('bpf', -fd, `BPF_PROG_GET_FD_BY_ID ${id}`);
      return [new Fd(fd)];
    }),
  );
}

function attach(cgroupFd: number, programFd: number, flags: number, replacedFd = 0): void {
  command('BPF_PROG_ATTACH', BPF_PROG_ATTACH, {
    target_fd: cgroupFd,
    attach_bpf_fd: programFd,
    attach_type: BPF_CGROUP_DEVICE,
    attach_flags: flags,
    replace_bpf_fd: replacedFd,
  });
}

function detach(cgroupFd: number, programFd: number): void {
  command('BPF_PROG_DETACH', BPF_PROG_DETACH, {
    target_fd: cgroupFd,
    attach_bpf_fd: programFd,
    attach_type: BPF_CGROUP_DEVICE,
  });
}

function command(name: string, number: number, values: Partial<Record<keyof typeof bpf_prog_attach.offsets, number>>) {
  withScratch((take) => {
    const attributes = take(bpf_prog_attach.size);
    fill(bpf_prog_attach, attributes.view, values);
    syscall(name, 'bpf', number, attributes, bpf_prog_attach.size);
  });
}

function fill<F extends Fields>(struct: Layout<F>, view: DataView, values: Partial<Record<keyof F, number>>): void {
  for (const { name, offset, type } of struct.fields) writeField(view, offset, type, values[name] ?? 0);
}
