/** prctl(2). */
export const PR_SET_PDEATHSIG = 1;
export const PR_SET_DUMPABLE = 4;
export const PR_SET_KEEPCAPS = 8;
export const PR_CAPBSET_DROP = 0x18;
export const PR_SET_CHILD_SUBREAPER = 0x24;
export const PR_SET_NO_NEW_PRIVS = 0x26;
export const PR_CAP_AMBIENT = 0x2f;
export const PR_CAP_AMBIENT_RAISE = 2;
export const PR_CAP_AMBIENT_CLEAR_ALL = 4;
export const PR_SET_NAME = 0xf;
