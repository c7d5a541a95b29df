import { layout } from './layout.ts';

/** The kernel's structs that ocirun passes to system calls, named as the kernel names them. */

export const clone_args = layout('clone_args', {
  flags: 'u64',
  pidfd: 'pointer',
  child_tid: 'pointer',
  parent_tid: 'pointer',
  exit_signal: 'u64',
  stack: 'pointer',
  stack_size: 'u64',
  tls: 'u64',
  set_tid: 'pointer',
  set_tid_size: 'u64',
  cgroup: 'u64',
});

export const open_how = layout('open_how', { flags: 'u64', mode: 'u64', resolve: 'u64' });

export const mount_attr = layout('mount_attr', {
  attr_set: 'u64',
  attr_clr: 'u64',
  propagation: 'u64',
  userns_fd: 'u64',
});

export const iovec = layout('iovec', { iov_base: 'pointer', iov_len: 'u64' });

export const msghdr = layout('msghdr', {
  msg_name: 'pointer',
  msg_namelen: 'u32',
  msg_iov: 'pointer',
  msg_iovlen: 'u64',
  msg_control: 'pointer',
  msg_controllen: 'u64',
  msg_flags: 'u32',
});

export const cmsghdr = layout('cmsghdr', { cmsg_len: 'u64', cmsg_level: 'i32', cmsg_type: 'i32' });

export const sockaddr_un = layout('sockaddr_un', { sun_family: 'u16', sun_path: 'bytes[108]' });

export const pollfd = layout('pollfd', { fd: 'i32', events: 'u16', revents: 'u16' });

export const timespec = layout('timespec', { tv_sec: 'i64', tv_nsec: 'i64' });

export const rlimit64 = layout('rlimit64', { rlim_cur: 'u64', rlim_max: 'u64' });

/** `struct ifreq` with the `ifr_flags` member of its union. */
export const ifreq = layout('ifreq', { ifr_name: 'bytes[16]', ifr_flags: 'u16', rest: 'bytes[22]' });

export const cap_user_header = layout('__user_cap_header_struct', { version: 'u32', pid: 'i32' });

/** Two `struct __user_cap_data_struct`, as version 3 of capset(2) takes them. */
export const cap_user_data = layout('__user_cap_data_struct[2]', {
  effective0: 'u32',
  permitted0: 'u32',
  inheritable0: 'u32',
  effective1: 'u32',
  permitted1: 'u32',
  inheritable1: 'u32',
});

export const statx = layout('statx', {
  stx_mask: 'u32',
  stx_blksize: 'u32',
  stx_attributes: 'u64',
  stx_nlink: 'u32',
  stx_uid: 'u32',
  stx_gid: 'u32',
  stx_mode: 'u16',
  __spare0: 'u16',
  stx_ino: 'u64',
  stx_size: 'u64',
  stx_blocks: 'u64',
  stx_attributes_mask: 'u64',
  timestamps: 'bytes[64]',
  stx_rdev_major: 'u32',
  stx_rdev_minor: 'u32',
  stx_dev_major: 'u32',
  stx_dev_minor: 'u32',
  stx_mnt_id: 'u64',
  rest: 'bytes[104]',
});

/** `struct statfs` up to the fields that ocirun reads. */
export const statfs = layout('statfs', {
  f_type: 'u64',
  f_bsize: 'u64',
  f_blocks: 'u64',
  f_bfree: 'u64',
  f_bavail: 'u64',
  f_files: 'u64',
  f_ffree: 'u64',
  f_fsid: 'u64',
  f_namelen: 'u64',
  f_frsize: 'u64',
  f_flags: 'u64',
  rest: 'bytes[32]',
});
