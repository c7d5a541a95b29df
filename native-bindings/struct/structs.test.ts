import { describe, expect, test } from 'bun:test';
import { cValues, missingCompiler } from '../../test/executor/c-values.ts';
import type { Layout } from './layout.ts';
import * as declared from './structs.ts';

const structs: Readonly<Record<string, Layout>> = { ...declared };

interface CStruct {
  readonly type: string;
  readonly header: string;
  /** Members whose C name is another one. `undefined`: a run of bytes over several, of which the end alone is compared. */
  readonly members?: Readonly<Record<string, string | undefined>>;
}

const STRUCTS: Readonly<Record<keyof typeof declared, CStruct>> = {
  clone_args: { type: 'struct clone_args', header: 'linux/sched.h' },
  open_how: { type: 'struct open_how', header: 'linux/openat2.h' },
  mount_attr: { type: 'struct mount_attr', header: 'linux/mount.h' },
  iovec: { type: 'struct iovec', header: 'sys/uio.h' },
  msghdr: { type: 'struct msghdr', header: 'sys/socket.h' },
  cmsghdr: { type: 'struct cmsghdr', header: 'sys/socket.h' },
  sockaddr_un: { type: 'struct sockaddr_un', header: 'sys/un.h' },
  pollfd: { type: 'struct pollfd', header: 'poll.h' },
  timespec: { type: 'struct timespec', header: 'time.h' },
  rlimit64: { type: 'struct rlimit64', header: 'sys/resource.h' },
  ifreq: { type: 'struct ifreq', header: 'net/if.h', members: { rest: undefined } },
  cap_user_header: { type: 'struct __user_cap_header_struct', header: 'linux/capability.h' },
  cap_user_data: {
    type: 'struct { struct __user_cap_data_struct data[2]; }',
    header: 'linux/capability.h',
    members: Object.fromEntries(
      ['effective', 'permitted', 'inheritable'].flatMap((name) =>
        [0, 1].map((n) => [`${name}${n}`, `data[${n}].${name}`]),
      ),
    ),
  },
  statx: {
    type: 'struct statx',
    header: 'linux/stat.h',
    members: { __spare0: '__spare0[0]', timestamps: undefined, rest: undefined },
  },
  statfs: { type: 'struct statfs', header: 'sys/statfs.h', members: { rest: 'f_spare' } },
};

for (const architecture of ['x64', 'arm64'] as const) {
  const skipped = missingCompiler(architecture);
  describe.skipIf(skipped !== '')(`struct layouts on ${architecture}${skipped}`, () => {
    for (const [name, { type, header, members = {} }] of Object.entries(STRUCTS)) {
      const layout = structs[name] as Layout;
      const compared = layout.fields.filter((field) => !(field.name in members && members[field.name] === undefined));
      test(`${name}: the size and ${compared.length} fields`, () => {
        const member = (field: string) => members[field] ?? field;
        const expressions = compared.flatMap((field) => [
          `offsetof(type, ${member(field.name)})`,
          `sizeof(((type *)0)->${member(field.name)})`,
        ]);
        const source = [header, `stddef.h>\ntypedef ${type} type;\n#include <stddef.h`];
        const [size, ...values] = cValues(architecture, source, ['sizeof(type)', ...expressions]).map(Number);
        expect(layout.size).toBe(size ?? Number.NaN);
        const found = compared.map(({ name: field }, index) => [field, values[2 * index], values[2 * index + 1]]);
        expect(compared.map((field) => [field.name, field.offset, field.size])).toEqual(
          found as [string, number, number][],
        );
      });

      test(`${name}: what is left out of the comparison fills the gaps`, () => {
        // Fields follow each other, so a run of bytes that is too long or short would move a field that is compared,
        // or the size.
        const last = layout.fields.at(-1);
        expect(last && last.offset + last.size).toBeLessThanOrEqual(layout.size);
        if (last && !compared.includes(last)) expect(last.offset + last.size).toBe(layout.size);
      });
    }
  });
}
