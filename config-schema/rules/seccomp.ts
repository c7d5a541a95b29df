import type { Path } from '../problems/problem.ts';
import type { Rule } from './rule.ts';

const SECCOMP: Path = ['linux', 'seccomp'];
const NOTIFY = 'SCMP_ACT_NOTIFY';

const returnsErrno = (action: string | undefined): boolean =>
  action === undefined || action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';

const errnoNeedsAction: Rule = {
  name: 'seccomp-errno-needs-an-action-that-returns-it',
  check({ linux }, report) {
    const { defaultAction, defaultErrnoRet, syscalls } = linux?.seccomp ?? {};
    const wanted = 'SCMP_ACT_ERRNO or SCMP_ACT_TRACE';
    if (defaultErrnoRet !== undefined && !returnsErrno(defaultAction)) {
      const says = `${defaultAction} returns no errno, only ${wanted} do`;
      report({ path: [...SECCOMP, 'defaultErrnoRet'], says, wanted, found: defaultErrnoRet });
    }
    syscalls?.forEach(({ action, errnoRet }, index) => {
      if (errnoRet === undefined || returnsErrno(action)) return;
      const says = `${action} returns no errno, only ${wanted} do`;
      report({ path: [...SECCOMP, 'syscalls', index, 'errnoRet'], says, wanted, found: errnoRet });
    });
  },
};

const metadataNeedsPath: Rule = {
  name: 'seccomp-listener-metadata-needs-a-path',
  relyOn: [[...SECCOMP, 'listenerPath']],
  check({ linux }, report) {
    if (!linux?.seccomp?.listenerMetadata || linux.seccomp.listenerPath) return;
    const says = 'listenerMetadata needs listenerPath';
    report({ path: [...SECCOMP, 'listenerMetadata'], says, wanted: 'linux.seccomp.listenerPath' });
  },
};

const notifyNeedsPath: Rule = {
  name: 'seccomp-notify-needs-a-listener',
  relyOn: [[...SECCOMP, 'listenerPath']],
  check({ linux }, report) {
    if (linux?.seccomp?.listenerPath) return;
    linux?.seccomp?.syscalls?.forEach(({ action }, index) => {
      if (action !== NOTIFY) return;
      const says = `${NOTIFY} needs listenerPath`;
      report({ path: [...SECCOMP, 'syscalls', index, 'action'], says, wanted: 'linux.seccomp.listenerPath' });
    });
  },
};

// The process that hands the listener to the agent is itself under the filter by then, and has to write.
const notifyIsNotForWrite: Rule = {
  name: 'seccomp-notify-is-not-for-write',
  check({ linux }, report) {
    if (linux?.seccomp?.defaultAction === NOTIFY) {
      const says = `${NOTIFY} cannot be used as default action`;
      report({ path: [...SECCOMP, 'defaultAction'], says, wanted: 'another action' });
    }
    linux?.seccomp?.syscalls?.forEach(({ names, action }, index) => {
      if (action !== NOTIFY || !names?.includes('write')) return;
      const says = `${NOTIFY} cannot be used for the write syscall`;
      report({ path: [...SECCOMP, 'syscalls', index, 'names'], says, wanted: 'other system calls' });
    });
  },
};

const argIndexIsInRange: Rule = {
  name: 'seccomp-argument-index-is-in-range',
  check({ linux }, report) {
    linux?.seccomp?.syscalls?.forEach(({ args }, index) => {
      args?.forEach((arg, position) => {
        if (arg.index === undefined || arg.index <= 5) return;
        const wanted = 'an integer from 0 to 5 (a system call has six arguments)';
        const path = [...SECCOMP, 'syscalls', index, 'args', position, 'index'];
        report({ path, says: `expected ${wanted}`, wanted, found: arg.index });
      });
    });
  },
};

export const seccompRules: readonly Rule[] = [
  errnoNeedsAction,
  metadataNeedsPath,
  notifyNeedsPath,
  notifyIsNotForWrite,
  argIndexIsInRange,
];
