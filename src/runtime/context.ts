/** What every operation of a runtime needs to know. Several can live side by side in one process. */
export interface RuntimeContext {
  /** The directory that holds a state directory per container: absolute, clean, not `/`. */
  readonly root: string;
  /** Receives what the user should know although nothing failed: an unknown capability, a poststop hook that failed. */
  readonly warn: (message: string) => void;
  /**
   * Whether a container may go without a cgroup where the caller is not allowed to make one and nothing in config.json
   * needs it. `auto`, the default: users may, and root is warned; false: it is an error.
   */
  readonly rootless?: boolean | 'auto';
}
