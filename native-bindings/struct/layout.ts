/**
 * Struct layouts, declared once. Both architectures of ocirun are LP64 and little-endian, so one declaration with
 * C's natural alignment serves both; `structs.test.ts` compares every offset with the compiler's.
 */

const SIZES = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8, i64: 8, pointer: 8 } as const;

const B = 'b'.charCodeAt(0);

/** The type of a field: a number, a pointer, or a run of bytes. */
export type FieldType = keyof typeof SIZES | `bytes[${number}]`;
export type Fields = Readonly<Record<string, FieldType>>;

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
  readonly size: number;
}

export interface Layout<F extends Fields = Fields> {
  /** The struct's name in the kernel's headers. */
  readonly name: string;
  readonly size: number;
  readonly fields: readonly Field[];
  readonly offsets: { readonly [K in keyof F]: number };
}

/** Declares a struct: fields in the kernel's order, offsets by C's rules. */
export function layout<const F extends Fields>(name: string, fields: F): Layout<F> {
  const list: Field[] = [];
  const offsets: Record<string, number> = {};
  let end = 0;
  let alignment = 1;
  for (const field in fields) {
    const type = fields[field] as FieldType;
    // `bytes[N]`: every command declares all structs, and regular expressions were half of what that cost.
    const isBytes = type.charCodeAt(0) === B;
    const size = isBytes ? Number(type.slice('bytes['.length, -1)) : SIZES[type as keyof typeof SIZES];
    const align = isBytes ? 1 : size;
    const offset = Math.ceil(end / align) * align;
    list.push({ name: field, type, offset, size });
    offsets[field] = offset;
    end = offset + size;
    if (align > alignment) alignment = align;
  }
  const size = Math.ceil(end / alignment) * alignment;
  return { name, size, fields: list, offsets: offsets as Layout<F>['offsets'] };
}

/** Writes a number of a field's type at an offset. */
export function writeField(view: DataView, offset: number, type: FieldType, value: number | bigint): void {
  if (type === 'u8') view.setUint8(offset, Number(value));
  else if (type === 'u16') view.setUint16(offset, Number(value), true);
  else if (type === 'u32') view.setUint32(offset, Number(value), true);
  else if (type === 'i32') view.setInt32(offset, Number(value), true);
  else view.setBigUint64(offset, BigInt.asUintN(64, BigInt(value)), true);
}

/** Reads a number of a field's type. 64-bit values come back as numbers where they are safe integers. */
export function readField(view: DataView, offset: number, type: FieldType): number | bigint {
  switch (type) {
    case 'u8':
      return view.getUint8(offset);
    case 'u16':
      return view.getUint16(offset, true);
    case 'u32':
      return view.getUint32(offset, true);
    case 'i32':
      return view.getInt32(offset, true);
    default: {
      const value = type === 'i64' ? view.getBigInt64(offset, true) : view.getBigUint64(offset, true);
      const small = Number(value);
      return Number.isSafeInteger(small) ? small : value;
    }
  }
}
