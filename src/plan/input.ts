import type { Config } from '../../config-schema/index.ts';
import type { Descriptors } from './descriptors.ts';
import type { HostFacts } from './facts.ts';

/** All that a plan is made from. */
export interface PlanInput {
  readonly config: Config;
  /** The bundle's directory, absolute. */
  readonly bundle: string;
  /** The root file system, absolute. */
  readonly rootfs: string;
  readonly facts: HostFacts;
  readonly fds: Descriptors;
  /** Move the root onto `/` instead of pivot_root(2), which initramfs does not allow. */
  readonly noPivot: boolean;
  /** The name of the session keyring that init joins; absent with --no-new-keyring. */
  readonly keyring?: string;
}
