import { type Milli, VIDEO_CLOCK_HZ } from '../../time.ts';
import { type Libav, libavMemory } from '../decode/libav.io.ts';
import type { AvatarFrame } from '../picture.ts';
import { EncodeError } from './encode-error.ts';
import type {
  BitsPerSecond,
  EncodedFrame,
  VideoEncoder,
  VideoEncoderOptions,
} from './video-encoder.ts';
import { BitratePolicy } from './video-encoder-rate.ts';
import {
  checkEncoderOptions,
  checkFrame,
  encoderOptions,
  encoderTicks,
} from './video-encoder-settings.ts';
import {
  checkEncode,
  fillWasmFrame,
  openWasmEncoder,
  releaseWasmEncoder,
  setWasmFrameTime,
  type WasmEncoder,
} from './wasm-encoder-context.io.ts';

/** AVPictureType (libavutil/avutil.h), which libav.js does not name. */
const PICTURE_TYPE_NONE = 0;
const PICTURE_TYPE_I = 1;

/** libvpx in WASM. Encodes on the calling thread: meant for a pipeline worker. */
export class WasmVideoEncoder implements VideoEncoder {
  readonly codec = 'vp8';
  readonly backend = 'wasm';
  readonly #libav: Libav;
  readonly #rate: BitratePolicy;
  #options: VideoEncoderOptions;
  #native: WasmEncoder | undefined;
  #ticks = -1;

  /** @throws EncodeError `encode_failed`. */
  constructor(libav: Libav, options: VideoEncoderOptions) {
    checkEncoderOptions(options);
    this.#libav = libav;
    this.#options = options;
    this.#rate = new BitratePolicy(options.bitrate);
    this.#native = openWasmEncoder(libav, { ...options, settings: wasmOptions(options) });
  }

  async encode(
    picture: AvatarFrame,
    at: Milli,
    { keyframe }: { keyframe: boolean },
  ): Promise<EncodedFrame> {
    if (this.#native === undefined) throw new EncodeError('encode_closed', 'vp8', 'is closed');
    checkFrame(this.#options, picture);
    try {
      this.#applyRate(at, keyframe);
      return this.#encode(this.#native, picture, at, keyframe);
    } catch (error) {
      if (error instanceof EncodeError) throw error;
      throw new EncodeError('encode_failed', 'vp8', 'the encoder broke', { cause: error });
    }
  }

  setBitrate(bitrate: BitsPerSecond): void {
    checkEncoderOptions({ ...this.#options, bitrate });
    this.#rate.want(bitrate);
  }

  close(): void {
    if (this.#native !== undefined) releaseWasmEncoder(this.#libav, this.#native);
    this.#native = undefined;
  }

  #encode(native: WasmEncoder, picture: AvatarFrame, at: Milli, keyframe: boolean): EncodedFrame {
    const libav = this.#libav;
    const { context, frame, packet } = native;
    checkEncode(libav, libav.av_frame_make_writable_sync(frame));
    fillWasmFrame(libav, frame, picture);
    this.#ticks = encoderTicks(at, this.#ticks);
    const duration = Math.round(VIDEO_CLOCK_HZ / this.#options.fps);
    setWasmFrameTime(libav, frame, this.#ticks, duration);
    libav.AVFrame_pict_type_s_sync(frame, keyframe ? PICTURE_TYPE_I : PICTURE_TYPE_NONE);
    checkEncode(libav, libav.avcodec_send_frame_sync(context, frame));
    try {
      checkEncode(libav, libav.avcodec_receive_packet_sync(context, packet));
      const start = libav.AVPacket_data_sync(packet);
      return {
        data: libavMemory(libav).slice(start, start + libav.AVPacket_size_sync(packet)),
        keyframe: (libav.AVPacket_flags_sync(packet) & libav.AV_PKT_FLAG_KEY) !== 0,
      };
    } finally {
      libav.av_packet_unref_sync(packet);
    }
  }

  #applyRate(at: Milli, keyframe: boolean): void {
    const bitrate = this.#rate.next(at, keyframe);
    if (bitrate === undefined) return;
    this.#options = { ...this.#options, bitrate };
    const settings = wasmOptions(this.#options);
    const reopened = openWasmEncoder(this.#libav, { ...this.#options, settings });
    releaseWasmEncoder(this.#libav, this.#native!);
    this.#native = reopened;
  }
}

/** Half the time of the native encoder's −8, for about 1 dB: there is no SIMD to spend it with. */
function wasmOptions(options: VideoEncoderOptions): Readonly<Record<string, string>> {
  return { ...encoderOptions(options), 'cpu-used': '-12' };
}
