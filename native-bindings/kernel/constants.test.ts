import { describe, expect, test } from 'bun:test';
import { cValues, missingCompiler } from '../../test/executor/c-values.ts';
import * as capability from './capability.ts';
import * as clone from './clone.ts';
import * as magic from './magic.ts';
import * as mount from './mount.ts';
import * as open from './open.ts';
import * as prctl from './prctl.ts';
import * as rlimit from './rlimit.ts';
import * as signal from './signal.ts';
import * as socket from './socket.ts';

interface Subject {
  readonly headers: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  /** Names that are no C constant, with the reason. */
  readonly except?: readonly string[];
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  clone: { headers: ['linux/sched.h'], values: clone },
  magic: {
    headers: ['linux/magic.h'],
    values: magic,
    // ipc/mqueue.c keeps it to itself.
    except: ['MQUEUE_MAGIC'],
  },
  mount: {
    headers: ['linux/mount.h', 'linux/fcntl.h'],
    values: mount,
    // umount2(2); MNT_DETACH stands in glibc's sys/mount.h alone.
    except: ['MNT_DETACH'],
  },
  open: {
    headers: ['fcntl.h', 'sys/stat.h', 'unistd.h', 'linux/openat2.h'],
    values: open,
    // glibc's fcntl.h does not have it: below.
    except: ['AT_RECURSIVE'],
  },
  'open_tree(2)': { headers: ['linux/fcntl.h'], values: { AT_RECURSIVE: open.AT_RECURSIVE } },
  prctl: { headers: ['linux/prctl.h'], values: prctl },
  'the resources': { headers: ['sys/resource.h'], values: rlimit.RLIMITS },
  'the signals': { headers: ['signal.h'], values: signal.SIGNALS },
  socket: { headers: ['sys/socket.h', 'poll.h', 'sys/ioctl.h', 'net/if.h'], values: socket },
  'the capabilities': {
    headers: ['linux/capability.h'],
    values: {
      ...Object.fromEntries(capability.CAPABILITIES.map((name, number) => [name, number])),
      _LINUX_CAPABILITY_VERSION_3: capability.CAPABILITY_VERSION_3,
    },
  },
};

/** Those that a process reads for its own architecture (O_DIRECTORY, O_NOFOLLOW). */
const OWN = ['O_DIRECTORY', 'O_NOFOLLOW'];

for (const architecture of ['x64', 'arm64'] as const) {
  const skipped = missingCompiler(architecture);
  describe.skipIf(skipped !== '')(`the kernel's constants on ${architecture}${skipped}`, () => {
    for (const [subject, { headers, values, except = [] }] of Object.entries(SUBJECTS)) {
      const names = Object.entries(values)
        .filter(([name, value]) => typeof value === 'number' && !except.includes(name))
        .filter(([name]) => process.arch === architecture || !OWN.includes(name))
        .map(([name]) => name);
      test(`${subject}: ${names.length} values`, () => {
        const found = cValues(architecture, headers, names);
        expect(names.map((name) => `${name} ${values[name]}`)).toEqual(names.map((name, n) => `${name} ${found[n]}`));
      });
    }
  });
}

test('no capability is missing that the headers know', () => {
  if (missingCompiler('x64') !== '') return;
  const [last] = cValues('x64', ['linux/capability.h'], ['CAP_LAST_CAP']);
  expect(capability.CAPABILITIES.length).toBeGreaterThan(Number(last));
});
