import { layout } from './layout.ts';

/**
 * The members of `union bpf_attr` that ocirun passes to bpf(2), each up to the last field that it sets: the kernel
 * takes a shorter union and reads the rest as 0. `bpf.test.ts` compares every offset with the compiler's.
 */

export const bpf_prog_load = layout('bpf_attr (BPF_PROG_LOAD)', {
  prog_type: 'u32',
  insn_cnt: 'u32',
  insns: 'pointer',
  license: 'pointer',
  log_level: 'u32',
  log_size: 'u32',
  log_buf: 'pointer',
  kern_version: 'u32',
  prog_flags: 'u32',
  prog_name: 'bytes[16]',
  prog_ifindex: 'u32',
  expected_attach_type: 'u32',
});

export const bpf_prog_attach = layout('bpf_attr (BPF_PROG_ATTACH)', {
  target_fd: 'u32',
  attach_bpf_fd: 'u32',
  attach_type: 'u32',
  attach_flags: 'u32',
  replace_bpf_fd: 'u32',
});

/** The kernel names this member `query`. */
export const bpf_prog_query = layout('bpf_attr (BPF_PROG_QUERY)', {
  target_fd: 'u32',
  attach_type: 'u32',
  query_flags: 'u32',
  attach_flags: 'u32',
  prog_ids: 'pointer',
  prog_cnt: 'u32',
});

export const bpf_get_fd_by_id = layout('bpf_attr (BPF_PROG_GET_FD_BY_ID)', {
  prog_id: 'u32',
  next_id: 'u32',
  open_flags: 'u32',
});
