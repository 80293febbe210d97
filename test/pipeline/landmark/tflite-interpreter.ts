import {
  type TfliteGraph,
  type TfliteOperator,
  tensorValues,
} from '../../../src/pipeline/landmark/tflite.ts';
import { transformLandmarks, transformMatrix, transformTensor } from './attention-operators.ts';

type Values = Float32Array | Int32Array;

/**
 * Runs a TFLite graph as the definitions of its operators say it, channels last, with plain loops:
 * slow, and independent of the conversion. Knows what the embedded face networks hold.
 */
export function interpret(graph: TfliteGraph, input: Float32Array): Map<number, Values> {
  const values = new Map<number, Values>([[graph.inputs[0]!, input]]);
  const value = (index: number): Values => {
    const known = values.get(index) ?? tensorValues(graph.tensors[index]!);
    values.set(index, known);
    return known;
  };
  for (const operator of graph.operators) {
    values.set(operator.outputs[0]!, evaluate(graph, operator, value));
  }
  return values;
}

function evaluate(
  graph: TfliteGraph,
  operator: TfliteOperator,
  value: (index: number) => Values,
): Values {
  const [a, b] = operator.inputs as [number, number];
  const output = operator.outputs[0]!;
  const shapeOf = (index: number) => graph.tensors[index]!.shape as number[];
  switch (operator.code) {
    case 0:
      return value(a).map((x, i) => x + value(b)[i]!);
    case 2:
      return Float32Array.from(operator.inputs.flatMap((index) => [...value(index)]));
    case 3:
    case 4:
      return convolve(graph, operator, value);
    case 6:
    case 22:
    case 45: // the only slice there is takes everything
      return value(a);
    case 17:
      return pool(value(a), shapeOf(a), shapeOf(output));
    case 18:
      return value(a).map((x, i) => x * value(b)[i % value(b).length]!);
    case 19:
      return value(a).map((x) => Math.max(0, x));
    case 34:
      return padAfter(value(a), shapeOf(a), shapeOf(output));
    case 54:
      return value(a).map((x, i) => (x > 0 ? x : x * value(b)[i % value(b).length]!));
    default:
      if (operator.custom === 'Landmarks2TransformMatrix') {
        return transformMatrix(operator, value(a));
      }
      if (operator.custom === 'TransformTensorBilinear') {
        return transformTensor(value(a), value(b), shapeOf(a), shapeOf(output));
      }
      if (operator.custom === 'TransformLandmarks') return transformLandmarks(value(a), value(b));
      throw new Error(`operator ${operator.code} is not in the embedded networks`);
  }
}

function convolve(
  graph: TfliteGraph,
  { code, inputs, outputs, options }: TfliteOperator,
  value: (index: number) => Values,
): Float32Array {
  const depthwise = code === 4;
  const [x, w, bias] = [value(inputs[0]!), value(inputs[1]!), value(inputs[2]!)];
  const [, height, width, channels] = graph.tensors[inputs[0]!]!.shape as number[];
  const [, kernelHeight, kernelWidth] = graph.tensors[inputs[1]!]!.shape as number[];
  const [, outHeight, outWidth, outChannels] = graph.tensors[outputs[0]!]!.shape as number[];
  const stride = options!.int32(1);
  const same = options!.int8(0) === 0;
  const activation = options!.int8(depthwise ? 4 : 3);
  const before = (inside: number, outside: number, kernel: number) =>
    same ? Math.floor(Math.max(0, (outside - 1) * stride + kernel - inside) / 2) : 0;
  const top = before(height!, outHeight!, kernelHeight!);
  const left = before(width!, outWidth!, kernelWidth!);
  const result = new Float32Array(outHeight! * outWidth! * outChannels!);
  for (let y = 0, at = 0; y < outHeight!; y++) {
    for (let column = 0; column < outWidth!; column++) {
      for (let o = 0; o < outChannels!; o++, at++) {
        let sum = bias[o]!;
        for (let ky = 0; ky < kernelHeight!; ky++) {
          const iy = y * stride + ky - top;
          if (iy < 0 || iy >= height!) continue;
          for (let kx = 0; kx < kernelWidth!; kx++) {
            const ix = column * stride + kx - left;
            if (ix < 0 || ix >= width!) continue;
            const place = (iy * width! + ix) * channels!;
            const tap = ky * kernelWidth! + kx;
            if (depthwise) sum += x[place + o]! * w[tap * outChannels! + o]!;
            else {
              const row = (o * kernelHeight! * kernelWidth! + tap) * channels!;
              for (let c = 0; c < channels!; c++) sum += x[place + c]! * w[row + c]!;
            }
          }
        }
        result[at] = activation === 1 ? Math.max(0, sum) : sum;
      }
    }
  }
  return result;
}

/** 2×2 with stride 2 over even sides, the only pooling there is. */
function pool(x: Values, [, , width, channels]: number[], out: number[]): Float32Array {
  const [, outHeight, outWidth] = out as [number, number, number];
  const result = new Float32Array(outHeight * outWidth * channels!);
  for (let row = 0, at = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      for (let c = 0; c < channels!; c++, at++) {
        const place = (2 * row * width! + 2 * column) * channels! + c;
        const below = place + width! * channels!;
        result[at] = Math.max(x[place]!, x[place + channels!]!, x[below]!, x[below + channels!]!);
      }
    }
  }
  return result;
}

/** Padding after the last channel, the only padding there is. */
function padAfter(x: Values, shape: number[], out: number[]): Float32Array {
  const [from, to] = [shape[3]!, out[3]!];
  const result = new Float32Array((x.length / from) * to);
  for (let pixel = 0; pixel < x.length / from; pixel++) {
    result.set(x.subarray(pixel * from, (pixel + 1) * from), pixel * to);
  }
  return result;
}
