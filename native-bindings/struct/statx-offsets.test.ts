import { expect, test } from 'bun:test';
import { STATX_SIZE, STX_MODE, STX_UID } from './statx-offsets.ts';
import { statx } from './structs.ts';

test('the offsets are those of the layout that is compared with the compiler', () => {
  expect([STATX_SIZE, STX_UID, STX_MODE]).toEqual([statx.size, statx.offsets.stx_uid, statx.offsets.stx_mode]);
});
