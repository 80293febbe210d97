/** What a FlexBuffers value here may be: the options of MediaPipe's own operators hold nothing else. */
export type FlexValue = number | readonly number[];

/** Type codes of flexbuffers.h. */
const INT = 1;
const UINT = 2;
const FLOAT = 3;
const MAP = 9;
const VECTOR = 10;
const VECTOR_INT = 11;
const VECTOR_FLOAT = 13;

/**
 * Reads a FlexBuffers map of numbers and lists of numbers (https://flatbuffers.dev/flatbuffers_internals,
 * "FlexBuffers"): the form in which TFLite keeps the options of custom operators.
 * @throws RangeError where it is damaged or holds anything else.
 */
export function readFlexMap(bytes: Uint8Array): ReadonlyMap<string, FlexValue> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rootWidth = view.getUint8(bytes.length - 1);
  const rootType = view.getUint8(bytes.length - 2);
  if (rootType >> 2 !== MAP) throw new RangeError(`type ${rootType >> 2} is no map`);
  const uint = (at: number, width: number): number => {
    if (width === 1) return view.getUint8(at);
    if (width === 2) return view.getUint16(at, true);
    if (width === 4) return view.getUint32(at, true);
    throw new RangeError(`a width of ${width} bytes is not known`);
  };
  const scalar = (at: number, width: number, type: number): number => {
    if (type === FLOAT) return view.getFloat32(at, true);
    if (type !== INT && type !== UINT) throw new RangeError(`type ${type} is not known`);
    const value = uint(at, width);
    const half = 2 ** (8 * width - 1);
    return type === INT && value >= half ? value - 2 * half : value;
  };
  const follow = (at: number, width: number) => at - uint(at, width);
  const list = (at: number, width: number, type: number): number[] => {
    const length = uint(at - width, width);
    if (length * width > bytes.length) throw new RangeError(`a list of ${length} is too long`);
    return Array.from({ length }, (_, i) => {
      const item = at + i * width;
      if (type !== VECTOR) return scalar(item, width, type - VECTOR_INT + INT);
      return scalar(item, width, view.getUint8(at + length * width + i) >> 2);
    });
  };
  const value = (at: number, width: number, packed: number): FlexValue => {
    const type = packed >> 2;
    if (type < VECTOR) return scalar(at, width, type);
    if (type > VECTOR_FLOAT) throw new RangeError(`type ${type} is not known`);
    return list(follow(at, width), 1 << (packed & 3), type);
  };

  const values = follow(bytes.length - 2 - rootWidth, rootWidth);
  const width = 1 << (rootType & 3);
  const length = uint(values - width, width);
  const keyWidth = uint(values - 2 * width, width);
  const keys = follow(values - 3 * width, width);
  const map = new Map<string, FlexValue>();
  for (let i = 0; i < length; i++) {
    const key = follow(keys + i * keyWidth, keyWidth);
    const end = bytes.indexOf(0, key);
    const name = new TextDecoder().decode(bytes.subarray(key, end));
    map.set(name, value(values + i * width, width, view.getUint8(values + length * width + i)));
  }
  return map;
}
