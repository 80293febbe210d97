/** A field of a FlatBuffers table as a test writes it; undefined leaves it out. */
type Field =
  | { readonly int8: number }
  | { readonly int32: number }
  | { readonly int32s: readonly number[] }
  | { readonly bytes: Uint8Array }
  | { readonly table: Fields }
  | { readonly tables: readonly Fields[] };
export type Fields = readonly (Field | undefined)[];

/** Writes tables parents first, so that every offset points forward; fields take four bytes each. */
function writeFlatbuffer(root: Fields, identifier: string): Uint8Array {
  const bytes: number[] = [0, 0, 0, 0, ...new TextEncoder().encode(identifier)];
  const put = (at: number, value: number) => {
    for (let i = 0; i < 4; i++) bytes[at + i] = (value >> (8 * i)) & 0xff;
  };
  const push = (value: number) => {
    put(bytes.length, value);
  };
  const align = () => {
    while (bytes.length % 4 !== 0) bytes.push(0);
  };
  const link = (at: number) => put(at, bytes.length - at);
  const writeTable = (fields: Fields): number => {
    align();
    const vtable = bytes.length;
    const u16 = (value: number) => bytes.push(value & 0xff, value >> 8);
    u16(4 + 2 * fields.length);
    u16(4 + 4 * fields.length);
    for (const [i, field] of fields.entries()) u16(field === undefined ? 0 : 4 + 4 * i);
    align();
    const table = bytes.length;
    push(table - vtable);
    for (const field of fields) {
      if (field !== undefined && 'int8' in field) push(field.int8 & 0xff);
      else push(field !== undefined && 'int32' in field ? field.int32 : 0);
    }
    for (const [i, field] of fields.entries()) {
      const at = table + 4 + 4 * i;
      if (field !== undefined) writeChild(field, at);
    }
    return table;
  };
  const writeChild = (field: Field, at: number) => {
    if ('table' in field) put(at, writeTable(field.table) - at);
    if ('int32s' in field || 'bytes' in field || 'tables' in field) {
      align();
      link(at);
    }
    if ('int32s' in field) {
      push(field.int32s.length);
      for (const value of field.int32s) push(value);
    } else if ('bytes' in field) {
      push(field.bytes.length);
      bytes.push(...field.bytes);
    } else if ('tables' in field) {
      push(field.tables.length);
      const slots = field.tables.map(() => {
        push(0);
        return bytes.length - 4;
      });
      for (const [i, table] of field.tables.entries())
        put(slots[i]!, writeTable(table) - slots[i]!);
    }
  };
  put(0, writeTable(root));
  return Uint8Array.from(bytes);
}

export interface TestTensor {
  readonly shape: readonly number[];
  /** 0 float32, 1 float16, 2 int32. */
  readonly type?: number;
  readonly data?: ArrayBufferView;
}

export interface TestOperator {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options?: Fields;
}

/** A whole `.tflite` file. */
export function writeTflite(model: {
  tensors: readonly TestTensor[];
  operators: readonly TestOperator[];
  inputs: readonly number[];
  outputs: readonly number[];
}): Uint8Array {
  const buffers: Fields[] = model.tensors.map(({ data }) => [
    data && { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
  ]);
  const tensors: Fields[] = model.tensors.map(({ shape, type }, i) => [
    { int32s: shape },
    { int8: type ?? 0 },
    { int32: i },
    { bytes: new TextEncoder().encode(`tensor${i}`) },
  ]);
  const operators: Fields[] = model.operators.map(({ inputs, outputs, options }, i) => [
    { int32: i },
    { int32s: inputs },
    { int32s: outputs },
    undefined,
    options && { table: options },
  ]);
  const codes: Fields[] = model.operators.map(({ code }) => [
    { int8: Math.min(code, 127) },
    undefined,
    undefined,
    { int32: code },
  ]);
  const graph: Fields = [
    { tables: tensors },
    { int32s: model.inputs },
    { int32s: model.outputs },
    { tables: operators },
  ];
  return writeFlatbuffer(
    [{ int32: 3 }, { tables: codes }, { tables: [graph] }, undefined, { tables: buffers }],
    'TFL3',
  );
}
