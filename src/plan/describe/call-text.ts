import type { Argument, Call, FieldValue } from '../../../native-bindings/executor/call.ts';
import { CAPABILITIES } from '../../../native-bindings/kernel/capability.ts';
import { FSMOUNT_CLOEXEC, FSOPEN_CLOEXEC } from '../../../native-bindings/kernel/mount.ts';
import { AT_FDCWD } from '../../../native-bindings/kernel/open.ts';
import { PR_CAP_AMBIENT, PR_CAPBSET_DROP } from '../../../native-bindings/kernel/prctl.ts';
import { RLIM_INFINITY, RLIMITS } from '../../../native-bindings/kernel/rlimit.ts';
import { AF_INET, SIOCSIFFLAGS, SOCK_DGRAM } from '../../../native-bindings/kernel/socket.ts';
import {
  AT_FLAGS,
  CLONE_FLAGS,
  type FlagTable,
  FSCONFIG_COMMANDS,
  MOUNT_ATTR_FLAGS,
  MOVE_MOUNT_FLAGS,
  OPEN_FLAGS,
  OPEN_TREE_FLAGS,
  PR_CAP_AMBIENT_OPTIONS,
  PRCTL_OPTIONS,
  PROPAGATION_FLAGS,
  RESOLVE_FLAGS,
  showEnum,
  showFlags,
} from './flag-names.ts';

/** How a call is shown: strace's notation, with `#7` for the result of the plan's seventh call. */

type Show = (value: number | bigint, call: Call) => string;

const flags =
  (table: () => FlagTable): Show =>
  (value) =>
    showFlags(value, table);
const decimal: Show = (value) => String(value);
const octal: Show = (value) => `0${BigInt(value).toString(8)}`;
const directory: Show = (value) => (value === AT_FDCWD ? 'AT_FDCWD' : String(value));
const device: Show = (value) => (value ? `makedev(${Number(value) >> 8}, ${Number(value) & 0xff})` : '0');
const limit = (value: number | bigint) => (BigInt(value) === RLIM_INFINITY ? 'RLIM_INFINITY' : String(value));

const prctlArgument: Show = (value, call) => {
  if (call.args[0] === PR_CAPBSET_DROP) return CAPABILITIES[Number(value)] ?? String(value);
  return call.args[0] === PR_CAP_AMBIENT ? showEnum(value, PR_CAP_AMBIENT_OPTIONS) : String(value);
};
const ambientCapability: Show = (value, call) =>
  call.args[0] === PR_CAP_AMBIENT && call.args[1] === 2 ? (CAPABILITIES[Number(value)] ?? '') : String(value);

/** For each call how its plain numbers are shown; calls that are missing here show them in decimal. */
const NUMBERS: Readonly<Record<string, readonly Show[]>> = {
  openat: [directory, decimal, flags(OPEN_FLAGS), octal],
  openat2: [directory],
  open_tree: [directory, decimal, flags(OPEN_TREE_FLAGS)],
  move_mount: [directory, decimal, directory, decimal, flags(MOVE_MOUNT_FLAGS)],
  mount_setattr: [directory, decimal, flags(AT_FLAGS)],
  fsopen: [decimal, (value) => (value === FSOPEN_CLOEXEC ? 'FSOPEN_CLOEXEC' : String(value))],
  dup3: [decimal, decimal, flags(OPEN_FLAGS)],
  accept4: [decimal, decimal, decimal, flags(OPEN_FLAGS)],
  socket: [
    (value) => (value === AF_INET ? 'AF_INET' : String(value)),
    (value) => `SOCK_DGRAM|${showFlags(Number(value) & ~SOCK_DGRAM, OPEN_FLAGS)}`,
  ],
  ioctl: [decimal, (value) => (value === SIOCSIFFLAGS ? 'SIOCSIFFLAGS' : `0x${value.toString(16)}`)],
  keyctl: [(value) => (value === 1 ? 'KEYCTL_JOIN_SESSION_KEYRING' : String(value))],
  fsconfig: [decimal, (value) => showFsconfig(value)],
  fsmount: [
    decimal,
    (value) => (value === FSMOUNT_CLOEXEC ? 'FSMOUNT_CLOEXEC' : String(value)),
    flags(MOUNT_ATTR_FLAGS),
  ],
  mknodat: [directory, decimal, octal, device],
  mkdirat: [directory, decimal, octal],
  symlinkat: [decimal, directory],
  unlinkat: [directory],
  statx: [directory, decimal, flags(AT_FLAGS), (value) => `0x${value.toString(16)}`],
  faccessat2: [directory, decimal, decimal, decimal],
  umask: [octal],
  unshare: [flags(CLONE_FLAGS)],
  setns: [decimal, flags(CLONE_FLAGS)],
  prctl: [(value) => showEnum(value, PRCTL_OPTIONS), prctlArgument, ambientCapability],
  prlimit64: [decimal, (value) => Object.entries(RLIMITS).find(([, number]) => number === value)?.[0] ?? String(value)],
  close_range: [
    decimal,
    (value) => (value === 0xffff_ffff ? '~0' : String(value)),
    (value) => (value === 4 ? 'CLOSE_RANGE_CLOEXEC' : String(value)),
  ],
  check: [decimal, (value) => `0x${value.toString(16)}`, (value) => `0x${value.toString(16)}`],
};

function showFsconfig(value: number | bigint): string {
  return value === 0 ? 'FSCONFIG_SET_FLAG' : showEnum(value, FSCONFIG_COMMANDS);
}

/** How the numbers in a struct are shown, by the field's name. */
const FIELDS: Readonly<Record<string, (value: number | bigint) => string>> = {
  'clone_args.flags': (value) => showFlags(value, CLONE_FLAGS),
  'open_how.flags': (value) => showFlags(value, OPEN_FLAGS),
  'open_how.resolve': (value) => showFlags(value, RESOLVE_FLAGS),
  'mount_attr.attr_set': (value) => showFlags(value, MOUNT_ATTR_FLAGS),
  'mount_attr.attr_clr': (value) => showFlags(value, MOUNT_ATTR_FLAGS),
  'mount_attr.propagation': (value) => showFlags(value, PROPAGATION_FLAGS),
  'rlimit64.rlim_cur': limit,
  'rlimit64.rlim_max': limit,
};

/**
 * A call as text: `openat2(5, "/proc", {flags=O_PATH|O_CLOEXEC, resolve=RESOLVE_IN_ROOT}, 24)`.
 * @param indexOf the place of an earlier call in the plan, to name its result
 */
export function callText(call: Call, indexOf: (call: Call) => number): string {
  const args = call.args.map((argument, position) => showArgument(argument, call, position, indexOf));
  return `${call.name}(${args.join(', ')})`;
}

function showArgument(argument: Argument, call: Call, position: number, indexOf: (call: Call) => number): string {
  if (typeof argument !== 'object') return (NUMBERS[call.name]?.[position] ?? decimal)(argument, call);
  switch (argument.kind) {
    case 'result':
      return `#${indexOf(argument.of)}`;
    case 'cstring-vector':
      return `[${argument.texts.map((text) => JSON.stringify(text)).join(', ')}]`;
    case 'load':
      return `*(slot+${argument.offset})`;
    default:
      return showField(argument);
  }
}

function showField(value: Exclude<FieldValue, number | bigint>): string {
  if (value instanceof Uint8Array) return JSON.stringify(new TextDecoder().decode(value));
  switch (value.kind) {
    case 'cstring':
      return JSON.stringify(value.text);
    case 'bytes':
      return `<${value.bytes.length} bytes>`;
    case 'slot':
      return `<slot of ${value.sizeBytes}>`;
    case 'slot-address':
      return `<slot+${value.offset}>`;
    case 'struct': {
      const fields = Object.entries(value.fields).filter(([, field]) => field !== 0);
      const shown = fields.map(([name, field]) => {
        if (field !== undefined && typeof field === 'object') return `${name}=${showField(field)}`;
        return `${name}=${FIELDS[`${value.layout.name}.${name}`]?.(field) ?? field}`;
      });
      return `{${shown.join(', ')}}`;
    }
  }
}

/** The call in an error: its name and what it was about, `fsconfig size=64x`, `openat2 /proc`. */
export function callSubject(call: Call): string {
  const strings = call.args.flatMap((argument) =>
    typeof argument === 'object' && argument.kind === 'cstring' && argument.text !== '' ? [argument.text] : [],
  );
  if (call.name === 'fsconfig') return strings.length > 0 ? `fsconfig ${strings.join('=')}` : 'fsconfig';
  if (call.name === 'check') return 'verification';
  return strings.length > 0 ? `${call.name} ${JSON.stringify(strings[0])}` : call.name;
}
