import { UnderstudyError } from '../../errors.ts';
import { NativeVideoEncoder } from '../transmit/native-video-encoder.io.ts';
import type { VideoEncoder, VideoEncoderOptions } from '../transmit/video-encoder.ts';
import { WasmVideoEncoder } from '../transmit/wasm-video-encoder.io.ts';
import { openLibav } from './libav.io.ts';
import { NativeVideoDecoder } from './native-video-decoder.io.ts';
import { loadNodeAv, type NodeAv } from './node-av.io.ts';
import type { VideoCodec, VideoDecoder } from './video-decoder.ts';
import { WasmVideoDecoder } from './wasm-video-decoder.io.ts';

const CODEC_PREFERENCES = ['auto', 'native', 'wasm'] as const;
export type CodecPreference = (typeof CODEC_PREFERENCES)[number];

/** What this process encodes and decodes with. */
export interface Codecs {
  readonly backend: 'native' | 'wasm';
  /** In order of preference. */
  readonly codecs: readonly VideoCodec[];
  /** Why the faster backend is not used, as a sentence's end; undefined where it is. */
  readonly nativeAbsence: string | undefined;
  /** @throws UnderstudyError `codec_unavailable`. The caller closes the decoder. */
  createDecoder(codec: VideoCodec): Promise<VideoDecoder>;
  /** @throws UnderstudyError `codec_unavailable`, EncodeError `encode_failed`. The caller closes the encoder. */
  createEncoder(options: VideoEncoderOptions): Promise<VideoEncoder>;
}

/**
 * Chooses a backend: native where it can be had, else WASM, which always can.
 * @throws UnderstudyError `codec_unavailable` where `native` is demanded and absent.
 */
export async function openCodecs(options: { prefer: CodecPreference }): Promise<Codecs> {
  if (options.prefer === 'wasm') return wasmCodecs('the WASM codecs were asked for');
  const native = await loadNodeAv();
  if (native.state === 'present') return nativeCodecs(native.av);
  if (options.prefer === 'auto') return wasmCodecs(native.reason);
  throw new UnderstudyError('codec_unavailable', `No native codecs: ${native.reason}.`, {
    value: options.prefer,
    valid: CODEC_PREFERENCES.filter((preference) => preference !== 'native'),
    cause: native.cause,
  });
}

function nativeCodecs(av: NodeAv): Codecs {
  return {
    backend: 'native',
    codecs: ['vp8', 'h264'],
    nativeAbsence: undefined,
    createDecoder: async (codec) => new NativeVideoDecoder(av, codec),
    createEncoder: async (options) => new NativeVideoEncoder(av, options),
  };
}

function wasmCodecs(nativeAbsence: string): Codecs {
  const codecs = ['vp8'] as const;
  const demand = (codec: VideoCodec) => {
    if (codec === 'vp8') return;
    throw new UnderstudyError('codec_unavailable', `${codec} needs the native codecs.`, {
      value: codec,
      valid: codecs,
      cause: nativeAbsence,
    });
  };
  return {
    backend: 'wasm',
    codecs,
    nativeAbsence,
    async createDecoder(codec) {
      demand(codec);
      return new WasmVideoDecoder(await openLibav());
    },
    async createEncoder(options) {
      demand(options.codec);
      return new WasmVideoEncoder(await openLibav(), options);
    },
  };
}
