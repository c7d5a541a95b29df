import { CgroupError } from '../cgroups/cgroup-error.ts';
import { RuntimeError } from './runtime-error.ts';

/** Runs work of src/cgroups, whose errors become the runtime's. @throws {RuntimeError} */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CgroupError)) throw error;
    const path = error.configPath === undefined ? {} : { configPath: error.configPath };
    throw new RuntimeError('KERNEL', error.message, { ...path, cause: error });
  }
}
