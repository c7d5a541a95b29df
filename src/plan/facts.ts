/** What planning has to know of the host. Gathered in one place (src/runtime/host-facts.ts), so that plans stay pure. */
export interface HostFacts {
  /** The effective uid of the runtime. */
  readonly euid: number;
  readonly egid: number;
  /** Bind sources that are not directories: their mount point is a file. */
  readonly fileSources: ReadonlySet<string>;
  /** Whether mknod(2) of devices is allowed: never in a user namespace that is not the host's. */
  readonly canMakeDevices: boolean;
  /** Whether /proc/kcore exists: then containers get a /dev/core link. */
  readonly hasKcore: boolean;
  /** The highest capability number that the kernel knows (/proc/sys/kernel/cap_last_cap). */
  readonly lastCapability: number;
  /** The mount point of cgroup2, where there is one. */
  readonly cgroupRoot: string | undefined;
  /** The soft and hard limit of open files that the runtime was started with; engines raise the soft one. */
  readonly openFiles: { readonly soft: bigint; readonly hard: bigint };
}
