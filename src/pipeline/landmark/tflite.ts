import { FlatTable } from './flatbuffer.ts';
import { ModelError } from './model-error.ts';

/** The element types of the schema's `TensorType` that MediaPipe's face networks hold. */
const TFLITE_FLOAT32 = 0;
const TFLITE_FLOAT16 = 1;
const TFLITE_INT32 = 2;

/** One tensor of a graph; `data` is a view of the file for constants, undefined for computed ones. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: Uint8Array | undefined;
}

/** One operator; `code` is the schema's `BuiltinOperator`, indices point into the graph's tensors. */
export interface TfliteOperator {
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | undefined;
  /** The name of an operator that the schema does not know (`code` 32), else empty; its options. */
  readonly custom: string;
  readonly customOptions: Uint8Array;
}

/** The first subgraph of a model, which in MediaPipe's files is the only one. */
export interface TfliteGraph {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Reads a `.tflite` file (schema version 3, tensorflow/lite/schema/schema.fbs).
 * Field numbers below are the order of the fields in that schema.
 *
 * @param file what to call the file in errors.
 * @throws ModelError `model_invalid` for anything that is not a whole TFLite model.
 */
export function readTflite(bytes: Uint8Array, file: string): TfliteGraph {
  if (new TextDecoder('latin1').decode(bytes.subarray(4, 8)) !== 'TFL3') {
    throw new ModelError('model_invalid', `${file} is not a TFLite model.`, { value: file });
  }
  try {
    return readModel(FlatTable.root(bytes));
  } catch (cause) {
    throw new ModelError('model_invalid', `${file} is damaged or truncated.`, {
      value: file,
      cause,
    });
  }
}

function readModel(model: FlatTable): TfliteGraph {
  const codes = model.tables(1).map((code) => {
    // Codes past 127 do not fit the old byte field; writers put the larger of the two in force.
    return { code: Math.max(code.int8(0), code.int32(3)), custom: code.string(1) };
  });
  const subgraph = model.tables(2)[0];
  if (subgraph === undefined) throw new RangeError('the model holds no subgraph');
  const buffers = model.tables(4);

  const tensors = subgraph.tables(0).map((tensor): TfliteTensor => {
    const data = buffers[tensor.int32(2)]?.bytes(0);
    return {
      name: tensor.string(3),
      shape: tensor.int32s(0),
      type: tensor.int8(1),
      data: data !== undefined && data.length > 0 ? data : undefined,
    };
  });
  const operators = subgraph.tables(3).map((operator): TfliteOperator => {
    const code = codes[operator.int32(0)];
    if (code === undefined) throw new RangeError('an operator names a code that is not there');
    return {
      ...code,
      inputs: operator.int32s(1),
      outputs: operator.int32s(2),
      options: operator.table(4),
      customOptions: operator.bytes(5),
    };
  });
  const graph = { tensors, operators, inputs: subgraph.int32s(1), outputs: subgraph.int32s(2) };
  for (const list of [
    graph.inputs,
    graph.outputs,
    ...operators.flatMap((o) => [o.inputs, o.outputs]),
  ]) {
    for (const index of list) {
      // −1 stands for an optional input that is absent.
      if (index < -1 || index >= tensors.length) throw new RangeError(`no tensor ${index}`);
    }
  }
  return graph;
}

/**
 * A constant's values as 32-bit floats (fp16 widened) or integers.
 * @throws RangeError where the tensor has no data, another type, or fewer bytes than its shape needs.
 */
export function tensorValues(tensor: TfliteTensor): Float32Array | Int32Array {
  const { data } = tensor;
  if (data === undefined) throw new RangeError(`tensor ${tensor.name} is not a constant`);
  const count = tensor.shape.reduce((product, dim) => product * dim, 1);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (tensor.type === TFLITE_FLOAT32) {
    return Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * i, true));
  }
  if (tensor.type === TFLITE_FLOAT16) {
    return Float32Array.from({ length: count }, (_, i) => halfToFloat(view.getUint16(2 * i, true)));
  }
  if (tensor.type === TFLITE_INT32) {
    return Int32Array.from({ length: count }, (_, i) => view.getInt32(4 * i, true));
  }
  throw new RangeError(`tensor ${tensor.name} has type ${tensor.type}`);
}

/** IEEE 754 binary16, as bits, to a number. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
