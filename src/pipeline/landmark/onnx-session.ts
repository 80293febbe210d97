/** A float32 tensor; the data belongs to the caller for inputs, to the receiver for outputs. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** As {@link FloatTensor}, of whole numbers; long ones are how sizes are given. */
export interface IntTensor {
  readonly dims: readonly number[];
  readonly data: Int32Array | BigInt64Array;
}

/** As {@link FloatTensor}, of bytes. */
export interface ByteTensor {
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** A tensor that stays in the memory of the device; whoever uploaded it, or had a run leave it there, disposes of it. */
export interface DeviceTensor {
  readonly dims: readonly number[];
  dispose(): void;
}

/** A loaded network; closing it frees the runtime's memory. */
export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** @throws ModelError `model_failed` with the runtime's own words. */
  run(feeds: Readonly<Record<string, OnnxFeed>>): Promise<Record<string, FloatTensor>>;
  close(): Promise<void>;
}

export type OnnxFeed = FloatTensor | IntTensor | ByteTensor | DeviceTensor;

/** What a run on a device left behind. */
export interface DeviceRun {
  /** Outputs that were read back. */
  readonly read: Readonly<Record<string, FloatTensor | ByteTensor>>;
  /** Outputs that stay on the device: the receiver's to dispose of. */
  readonly kept: Readonly<Record<string, DeviceTensor>>;
  /** Bytes of tensors that went to the device and came from it. */
  readonly up: number;
  readonly down: number;
  /** Bytes that crossed though they were to stay there: the provider hands out no memory. */
  readonly stray: number;
}

/** A network on a device, some of whose outputs may stay there. */
export interface DeviceSession {
  /**
   * @param wanted the outputs; others are not brought back.
   * @throws ModelError `model_failed` with the runtime's own words.
   */
  run(feeds: Readonly<Record<string, OnnxFeed>>, wanted: readonly string[]): Promise<DeviceRun>;
  close(): Promise<void>;
}

/** A session that also knows the dimensions of what goes in and comes out, by name. */
export interface ShapedOnnxSession extends OnnxSession {
  /** A name in place of a number stands for a length that a run decides. */
  readonly shapes: Readonly<Record<string, readonly (number | string)[]>>;
}

/** Puts tensors where a provider's sessions read them from. The owner closes it, and disposes of them. */
export interface DeviceMemory {
  /** Takes a copy of the data. @throws ModelError `model_failed`. */
  upload(tensor: FloatTensor): Promise<DeviceTensor>;
  close(): Promise<void>;
}
