import { attachDeviceProgram } from './attach-devices.ts';
import { withBuiltInRules } from './built-in-device-rules.ts';
import { CgroupError } from './cgroup-error.ts';
import { deviceProgram } from './device-program.ts';
import type { DeviceRule } from './device-rules.ts';
import { loadDeviceProgram } from './load-device-program.ts';
import { allowsEverything, permissionTable } from './permission-table.ts';

/** The device rules of a container, compiled. Pure data. */
export interface DeviceControl {
  /** Byte code of type BPF_PROG_TYPE_CGROUP_DEVICE. */
  readonly program: Uint8Array;
  /** True when the program denies nothing. */
  readonly allowsEverything: boolean;
}

/**
 * Compiles device rules together with those that every container has.
 * @param rules from `parseDeviceRules`
 * @param listedPaths the `path`s of `linux.devices`
 * @throws {CgroupError} when the list is too long
 */
export function compileDeviceControl(rules: readonly DeviceRule[], listedPaths: ReadonlySet<string>): DeviceControl {
  const table = permissionTable(withBuiltInRules(rules, listedPaths));
  return { program: deviceProgram(table), allowsEverything: allowsEverything(table) };
}

/** What became of the rules. `skipped` is for the caller to tell as a warning. */
export type DeviceControlOutcome =
  | { readonly kind: 'attached' }
  | { readonly kind: 'skipped'; readonly reason: string };

/**
 * Puts the rules into force for a cgroup. Where the kernel refuses, they may be missing in two cases only: the rules
 * deny nothing, or the runtime is not privileged (not root, or in a user namespace) and so has no devices to give that
 * its user does not have already, since device nodes made in a user namespace cannot be opened.
 * @param cgroupFd see `attachDeviceProgram`
 * @param context.unprivileged the runtime itself is not root in the initial user namespace
 * @throws {CgroupError} when the kernel refuses and the rules must not be missing
 */
export function applyDeviceControl(
  cgroupFd: number,
  control: DeviceControl,
  context: { unprivileged: boolean },
): DeviceControlOutcome {
  try {
    using program = loadDeviceProgram(control.program);
    attachDeviceProgram(cgroupFd, program.number);
    return { kind: 'attached' };
  } catch (error) {
    if (!(error instanceof CgroupError) || !(control.allowsEverything || context.unprivileged)) throw error;
    return { kind: 'skipped', reason: error.message };
  }
}
