/**
 * The limits of `linux.resources` that are not supported yet. A limit that is asked for and not set would be worse than
 * an error; what asks for nothing (an empty object, 0 or -1 where that means "no limit") passes, since engines write it.
 */

type Section = Readonly<Record<string, unknown>>;

/** `linux.resources` as far as it is read here. Integers beyond 2^53 are bigints. */
export interface ResourcesConfig {
  readonly memory?: object | null | undefined;
  readonly cpu?: object | null | undefined;
  readonly pids?: object | null | undefined;
  readonly blockIO?: object | null | undefined;
  readonly hugepageLimits?: readonly unknown[] | null | undefined;
  readonly network?: object | null | undefined;
  readonly rdma?: object | null | undefined;
  readonly unified?: object | null | undefined;
}

/** What each property may be without asking for anything, beside null, '', [] and {}. Unknown properties pass. */
const NEUTRAL: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  memory: {
    limit: [0, -1],
    reservation: [0, -1],
    swap: [0, -1],
    kernel: [0, -1],
    kernelTCP: [0, -1],
    swappiness: [],
    disableOOMKiller: [false],
    // cgroup v2 always accounts hierarchically.
    useHierarchy: [true, false],
    // Concerns later updates of the limit only.
    checkBeforeUpdate: [true, false],
  },
  cpu: {
    shares: [0],
    quota: [0, -1],
    // The kernel's default; a period without a quota limits nothing.
    period: [0, 100000],
    burst: [0],
    realtimeRuntime: [0],
    realtimePeriod: [0],
    cpus: [],
    mems: [],
    idle: [0],
  },
  // 0 is a limit: no process at all.
  pids: { limit: [-1] },
  blockIO: {
    weight: [0],
    leafWeight: [0],
    weightDevice: [],
    throttleReadBpsDevice: [],
    throttleWriteBpsDevice: [],
    throttleReadIOPSDevice: [],
    throttleWriteIOPSDevice: [],
  },
  network: { classID: [0], priorities: [] },
};

/** One limit that cannot be set. */
export interface RefusedResource {
  /** For example `linux.resources.memory.limit`. */
  readonly configPath: string;
  readonly message: string;
}

/** Lists every limit that is set to something and not supported, in the order of the runtime-spec. */
export function refusedResources(resources: ResourcesConfig | null | undefined): RefusedResource[] {
  const config = (resources ?? {}) as Section;
  const named = Object.entries(NEUTRAL).flatMap(([section, properties]) => {
    const values = (config[section] ?? {}) as Section;
    return Object.entries(properties).flatMap(([property, neutral]) =>
      asksForNothing(values[property], neutral) ? [] : [refuse(`${section}.${property}`, values[property])],
    );
  });
  const pages = (config.hugepageLimits ?? []) as readonly unknown[];
  return [
    ...named,
    ...pages.map((limit, index) => refuse(`hugepageLimits[${index}]`, limit)),
    ...['rdma', 'unified'].flatMap((section) =>
      Object.entries((config[section] ?? {}) as Section).map(([key, value]) =>
        refuse(`${section}[${JSON.stringify(key)}]`, value),
      ),
    ),
  ];
}

function asksForNothing(value: unknown, neutral: readonly unknown[]): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return neutral.includes(typeof value === 'bigint' ? Number(value) : value);
}

function refuse(property: string, value: unknown): RefusedResource {
  const configPath = `linux.resources.${property}`;
  return { configPath, message: `${configPath}: ${shown(value)} asks for a limit that is not supported yet` };
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
