/**
 * The descriptor numbers of init while it is set up. The container's own come first: 0, 1, 2, then the preserved ones
 * from 3 on. Everything else is close-on-exec and lies above them.
 */
export interface Descriptors {
  /** How many descriptors after 0, 1, 2 the container keeps. */
  readonly preserved: number;
  /** The socket to ocirun. */
  readonly channel: number;
  /** The listening socket on which init waits for `start`. */
  readonly startListener: number;
  /** The root of the container's file system, once it is mounted. */
  readonly root: number;
  /** From here on everything may be closed at any time between two groups of calls. */
  readonly scratch: number;
  /** The container's /dev while its devices are made: a scratch number that nothing is given by itself. */
  readonly dev: number;
  /** Where the start listener stands when the executor starts; the preserved descriptors follow. */
  readonly atSpawn: number;
}

export function descriptors(preserved: number): Descriptors {
  const channel = 3 + preserved;
  const scratch = channel + 3;
  return {
    preserved,
    channel,
    startListener: channel + 1,
    root: channel + 2,
    dev: channel + 3,
    scratch,
    atSpawn: scratch,
  };
}
