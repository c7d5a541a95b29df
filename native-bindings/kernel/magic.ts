/** File system magic numbers: statfs(2) answers with them. */
export const PROC_SUPER_MAGIC = 0x9fa0;
export const SYSFS_MAGIC = 0x62656572;
export const CGROUP2_SUPER_MAGIC = 0x63677270;
export const TMPFS_MAGIC = 0x1021994;
export const DEVPTS_SUPER_MAGIC = 0x1cd1;
export const MQUEUE_MAGIC = 0x19800202;
