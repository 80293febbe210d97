import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { ModelError } from './model-error.ts';
import { encodeOnnxModel } from './onnx-protobuf.ts';
import type {
  ByteTensor,
  DeviceMemory,
  DeviceSession,
  DeviceTensor,
  FloatTensor,
  IntTensor,
  OnnxFeed,
  ShapedOnnxSession,
} from './onnx-session.ts';

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
  options: OnnxOptions = {},
): Promise<ShapedOnnxSession> {
  const session = await createSession(bytes, file, options);
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
        Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)]),
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
        throw runFailed(file, cause);
      }
    },
    close: () => session.release(),
  };
}

/**
 * Opens a network on a provider other than the processor, or on it, to see what a device should answer.
 * @param keep outputs that stay on the device where that has memory of its own to hand out.
 * @throws ModelError `model_invalid` where the runtime refuses it.
 */
export async function openOnDevice(
  bytes: Uint8Array,
  file: string,
  provider: string,
  keep: readonly string[],
): Promise<DeviceSession> {
  const session = await createSession(bytes, file, { providers: [provider], keep });
  return {
    async run(feeds, wanted) {
      const tensors = Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)] as const);
      try {
        const results = await session.run(Object.fromEntries(tensors), [...wanted]);
        const read: Record<string, FloatTensor | ByteTensor> = {};
        const kept: Record<string, DeviceTensor> = {};
        for (const [name, tensor] of Object.entries(results)) {
          if (keep.includes(name)) kept[name] = new UploadedTensor(tensor);
          else read[name] = { dims: tensor.dims, data: tensor.data as Float32Array };
        }
        const staying = [
          ...Object.values(feeds).filter((feed) => feed instanceof UploadedTensor),
          ...(Object.values(kept) as UploadedTensor[]),
        ];
        return {
          read,
          kept,
          up: bytesOf(
            tensors
              .filter(([name]) => !(feeds[name] instanceof UploadedTensor))
              .map(([, tensor]) => tensor),
          ),
          down: bytesOf(
            Object.entries(results)
              .filter(([name]) => !(name in kept))
              .map(([, tensor]) => tensor),
          ),
          stray: bytesOf(staying.map(({ tensor }) => tensor)),
        };
      } catch (cause) {
        throw runFailed(file, cause);
      }
    },
    close: () => session.release(),
  };
}

function runFailed(file: string, cause: unknown): ModelError {
  return new ModelError('model_failed', `onnxruntime failed to run ${file}.`, {
    value: file,
    cause,
  });
}

/** Of those that are not on the device. */
function bytesOf(tensors: readonly Tensor[]): number {
  return tensors.reduce(
    (sum, tensor) =>
      tensor.location === 'gpu-buffer'
        ? sum
        : sum + (tensor.data as Float32Array | Int32Array | BigInt64Array | Uint8Array).byteLength,
    0,
  );
}

async function createSession(
  bytes: Uint8Array,
  file: string,
  {
    threads = 1,
    providers = ['cpu'],
    keep = [],
  }: OnnxOptions & { readonly keep?: readonly string[] },
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: [...providers],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      // 3: errors only; the optimizer's warnings concern nobody who runs a call.
      logSeverityLevel: 3,
      ...(keep.length > 0 && providers[0] === WITH_BUFFERS
        ? {
            preferredOutputLocation: Object.fromEntries(
              keep.map((name) => [name, 'gpu-buffer' as const]),
            ),
          }
        : {}),
    });
  } catch (cause) {
    throw new ModelError('model_invalid', `onnxruntime refuses ${file}.`, { value: file, cause });
  }
}

function tensorOf(feed: OnnxFeed): Tensor {
  if (feed instanceof UploadedTensor) return feed.tensor;
  const { data, dims } = feed as FloatTensor | IntTensor | ByteTensor;
  if (data instanceof Float32Array) return new Tensor('float32', data, [...dims]);
  if (data instanceof Int32Array) return new Tensor('int32', data, [...dims]);
  if (data instanceof BigInt64Array) return new Tensor('int64', data, [...dims]);
  return new Tensor('uint8', data, [...dims]);
}

class UploadedTensor implements DeviceTensor {
  readonly tensor: Tensor;

  constructor(tensor: Tensor) {
    this.tensor = tensor;
  }

  get dims(): readonly number[] {
    return this.tensor.dims;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/** The one provider whose buffers onnxruntime-node hands out ("gpu-buffer"); with others data crosses in each run. */
const WITH_BUFFERS = 'webgpu';

/** Whether a tensor can stay where a provider's sessions read it from; the processor's are there anyway. */
export const keepsTensors = (provider: string): boolean =>
  provider === WITH_BUFFERS || provider === 'cpu';

/**
 * The memory of a provider's device. In Node the runtime makes no buffer of bytes that it is given; so
 * they are sent through a network that does nothing, whose output is left where it is. Reading one back
 * (`Tensor.getData`) is not implemented there and ends the process: only a run brings data back.
 * @throws ModelError `model_invalid`
 */
export async function openDeviceMemory(provider: string): Promise<DeviceMemory> {
  if (provider !== WITH_BUFFERS) {
    // Nothing is kept there: whether it is there at all would show in mid-call alone.
    await tryProvider(provider);
    return {
      upload: async ({ data, dims }) =>
        new UploadedTensor(new Tensor('float32', data.slice(), [...dims])),
      close: async () => undefined,
    };
  }
  const session = await createSession(throughNetwork(), 'the upload to the device', {
    providers: [provider],
    keep: ['kept'],
  });
  return {
    async upload({ data, dims: [rows = 1, columns = 1] }) {
      try {
        const { kept } = await session.run({ given: new Tensor('float32', data, [rows, columns]) });
        return new UploadedTensor(kept as Tensor);
      } catch (cause) {
        throw new ModelError('model_failed', `onnxruntime cannot upload to ${provider}.`, {
          value: provider,
          cause,
        });
      }
    },
    close: () => session.release(),
  };
}

/**
 * Opens the smallest of networks on a provider: whether there is a device, long before a real one is.
 * @throws ModelError `model_invalid`, with the runtime's words as its cause.
 */
export async function tryProvider(provider: string): Promise<void> {
  await (await createSession(throughNetwork(), provider, { providers: [provider] })).release();
}

/** A table of numbers goes in and comes out. */
function throughNetwork(): Uint8Array {
  const dims = ['rows', 'columns'];
  return encodeOnnxModel({
    nodes: [{ op: 'Identity', inputs: ['given'], output: 'kept', attributes: {} }],
    constants: new Map(),
    inputs: [{ name: 'given', dims }],
    outputs: [{ name: 'kept', dims }],
  });
}

/** The execution providers that came with the runtime's package, by the names that {@link OnnxOptions} takes. */
export function onnxProviders(): string[] {
  return listSupportedBackends()
    .filter((backend) => backend.bundled)
    .map((backend) => backend.name);
}
