import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { ModelError } from './model-error.ts';

/** A float32 tensor; the data belongs to the caller for inputs, to the receiver for outputs. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A loaded network; closing it frees the runtime's memory. */
export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** @throws ModelError `model_failed` with the runtime's own words. */
  run(feeds: Readonly<Record<string, FloatTensor>>): Promise<Record<string, FloatTensor>>;
  close(): Promise<void>;
}

/** A session that also knows the dimensions of what goes in and comes out, by name. */
export interface ShapedOnnxSession extends OnnxSession {
  /** A name in place of a number stands for a length that a run decides. */
  readonly shapes: Readonly<Record<string, readonly (number | string)[]>>;
}

export interface OnnxOptions {
  /** Threads of one inference; 1 lets streams, not operators, fill the cores. */
  readonly threads?: number;
  /** The runtime's provider names, in order of preference. */
  readonly providers?: readonly string[];
}

/**
 * Opens a network from the bytes of an ONNX file.
 *
 * @param file what to call the network in errors.
 * @throws ModelError `model_invalid` where the runtime refuses it.
 */
export async function openOnnx(
  bytes: Uint8Array,
  file: string,
  { threads = 1, providers = ['cpu'] }: OnnxOptions = {},
): Promise<ShapedOnnxSession> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      executionProviders: [...providers],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // 3: errors only; the optimizer's warnings concern nobody who runs a call.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new ModelError('model_invalid', `onnxruntime refuses ${file}.`, { value: file, cause });
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    shapes: Object.fromEntries(
      [...session.inputMetadata, ...session.outputMetadata].map((value) => [
        value.name,
        value.isTensor ? value.shape : [],
      ]),
    ),
    async run(feeds) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, dims }]) => [
          name,
          new Tensor('float32', data, [...dims]),
        ]),
      );
      try {
        const results = await session.run(tensors);
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [
            name,
            { dims: tensor.dims, data: tensor.data as Float32Array },
          ]),
        );
      } catch (cause) {
        throw new ModelError('model_failed', `onnxruntime failed to run ${file}.`, {
          value: file,
          cause,
        });
      }
    },
    close: () => session.release(),
  };
}

/** The execution providers that came with the runtime's package, by the names that {@link OnnxOptions} takes. */
export function onnxProviders(): string[] {
  return listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
}
