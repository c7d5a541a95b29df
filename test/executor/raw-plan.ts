import { AREA_ADDRESS, CALL_BYTES, HEADER_BYTES, MAGIC } from '../../native-bindings/executor/wire.ts';

/** A call as the wire has it, for plans that no encoder would make. What is left out is zero. */
export interface RawCall {
  readonly nr?: number;
  readonly kinds?: number;
  readonly skipOnSuccess?: number;
  readonly skipOnErrno?: number;
  readonly errnos?: readonly number[];
  readonly args?: readonly (number | bigint)[];
}

/** What the header says where it does not tell the truth. */
export interface RawHeader {
  readonly magic?: number;
  readonly size?: number;
  readonly calls?: number;
  readonly channel?: number;
}

/** A plan message by hand; `data` follows the calls. */
export function rawPlan(calls: readonly RawCall[], header: RawHeader = {}, data = new Uint8Array(0)): Uint8Array {
  const size = Math.max(calls.length * CALL_BYTES + data.length, CALL_BYTES);
  const message = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(message.buffer);
  const words = [header.magic ?? MAGIC, header.size ?? size, header.calls ?? calls.length, header.channel ?? 3];
  for (const [index, word] of words.entries()) view.setUint32(index * 4, word, true);
  for (const [index, call] of calls.entries()) {
    const start = HEADER_BYTES + index * CALL_BYTES;
    view.setUint16(start, call.nr ?? 0, true);
    view.setUint16(start + 2, call.kinds ?? 0, true);
    message[start + 4] = call.skipOnSuccess ?? 0;
    message[start + 5] = call.skipOnErrno ?? 0;
    message.set(call.errnos ?? [], start + 6);
    for (const [position, value] of (call.args ?? []).entries()) {
      view.setBigUint64(start + 8 + position * 8, BigInt.asUintN(64, BigInt(value)), true);
    }
  }
  message.set(data, HEADER_BYTES + calls.length * CALL_BYTES);
  return message;
}

/** The address of an offset in the area. */
export const addressOf = (offset: number) => AREA_ADDRESS + offset;
