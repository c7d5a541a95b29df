import type { ResultOf } from '../../../native-bindings/executor/call.ts';
import { cstring } from '../../../native-bindings/executor/call.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_FLAG,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
} from '../../../native-bindings/kernel/mount.ts';
import type { StepList } from '../builder.ts';

/** A file system to be created: what fsopen(2), fsconfig(2) and fsmount(2) are told. */
export interface FileSystem {
  readonly type: string;
  readonly source?: string;
  /** Options for the file system: `size=64k`, `newinstance`, `ro`. */
  readonly parameters: readonly string[];
  /** MOUNT_ATTR_* bits of the mount. */
  readonly attributes: number;
}

/**
 * Creates a file system and a detached mount of it. Each parameter is a call of its own, so that a refused one is
 * known by name, with the kernel's explanation in the fs context.
 */
export function createFileSystem(steps: StepList, { type, source, parameters, attributes }: FileSystem): ResultOf {
  const context = steps.call('fsopen', [cstring(type), FSOPEN_CLOEXEC]);
  if (source !== undefined && source !== '') {
    steps.call('fsconfig', [context, FSCONFIG_SET_STRING, cstring('source'), cstring(source), 0]);
  }
  for (const parameter of parameters) {
    const equals = parameter.indexOf('=');
    if (equals < 0) steps.call('fsconfig', [context, FSCONFIG_SET_FLAG, cstring(parameter), 0, 0]);
    else {
      const [key, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
      steps.call('fsconfig', [context, FSCONFIG_SET_STRING, cstring(key), cstring(value), 0]);
    }
  }
  steps.call('fsconfig', [context, FSCONFIG_CMD_CREATE, 0, 0, 0]);
  return steps.call('fsmount', [context, FSMOUNT_CLOEXEC, attributes]);
}
