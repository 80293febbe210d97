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

/** AVPictureType (libavutil/avutil.h), which libav.js does not name. */
const PICTURE_TYPE_NONE = 0;
const PICTURE_TYPE_I = 1;

interface Native {
  readonly context: number;
  readonly frame: number;
  readonly packet: number;
}

/** libvpx in WASM. Encodes on the calling thread: meant for a pipeline worker. */
export class WasmVideoEncoder implements VideoEncoder {
  readonly codec = 'vp8';
  readonly backend = 'wasm';
  readonly #libav: Libav;
  readonly #rate: BitratePolicy;
  #options: VideoEncoderOptions;
  #native: Native | undefined;
  #ticks = -1;

  /** @throws EncodeError `encode_failed`. */
  constructor(libav: Libav, options: VideoEncoderOptions) {
    checkEncoderOptions(options);
    this.#libav = libav;
    this.#options = options;
    this.#rate = new BitratePolicy(options.bitrate);
    this.#native = open(libav, options);
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
    if (this.#native !== undefined) release(this.#libav, this.#native);
    this.#native = undefined;
  }

  #encode(native: Native, picture: AvatarFrame, at: Milli, keyframe: boolean): EncodedFrame {
    const libav = this.#libav;
    const { context, frame, packet } = native;
    check(libav, libav.av_frame_make_writable_sync(frame));
    copyIn(libav, frame, picture);
    this.#ticks = encoderTicks(at, this.#ticks);
    const [low, high] = libav.f64toi64(this.#ticks);
    libav.AVFrame_pts_s_sync(frame, low);
    libav.AVFrame_ptshi_s_sync(frame, high);
    libav.AVFrame_duration_s_sync(frame, Math.round(VIDEO_CLOCK_HZ / this.#options.fps));
    libav.AVFrame_pict_type_s_sync(frame, keyframe ? PICTURE_TYPE_I : PICTURE_TYPE_NONE);
    check(libav, libav.avcodec_send_frame_sync(context, frame));
    try {
      check(libav, libav.avcodec_receive_packet_sync(context, packet));
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
    const reopened = open(this.#libav, this.#options);
    release(this.#libav, this.#native!);
    this.#native = reopened;
  }
}

function open(libav: Libav, options: VideoEncoderOptions): Native {
  const encoder = libav.avcodec_find_encoder_by_name_sync('libvpx');
  const context = libav.avcodec_alloc_context3_sync(encoder);
  libav.AVCodecContext_width_s_sync(context, options.width);
  libav.AVCodecContext_height_s_sync(context, options.height);
  libav.AVCodecContext_pix_fmt_s_sync(context, libav.AV_PIX_FMT_YUV420P);
  libav.AVCodecContext_framerate_s_sync(context, Math.round(options.fps * 1000), 1000);
  for (const [name, value] of Object.entries(encoderOptions(options))) {
    check(libav, libav.av_opt_set_sync(context, name, value, libav.AV_OPT_SEARCH_CHILDREN));
  }
  const opened = libav.avcodec_open2_sync(context, encoder, 0);
  if (opened < 0) {
    libav.avcodec_free_context_js_sync(context);
    check(libav, opened);
  }
  const frame = libav.av_frame_alloc_sync();
  libav.AVFrame_format_s_sync(frame, libav.AV_PIX_FMT_YUV420P);
  libav.AVFrame_width_s_sync(frame, options.width);
  libav.AVFrame_height_s_sync(frame, options.height);
  check(libav, libav.av_frame_get_buffer_sync(frame, 0));
  return { context, frame, packet: libav.av_packet_alloc_sync() };
}

function release(libav: Libav, { context, frame, packet }: Native): void {
  libav.ff_free_encoder_sync(context, frame, packet);
}

function check(libav: Libav, result: number): void {
  if (result >= 0) return;
  throw new EncodeError('encode_failed', 'vp8', 'the frame does not encode', {
    cause: libav.ff_error_sync(result),
  });
}

function copyIn(libav: Libav, frame: number, picture: AvatarFrame): void {
  const memory = libavMemory(libav);
  const chromaWidth = picture.width / 2;
  for (const [plane, from, width] of [
    [0, picture.y, picture.width],
    [1, picture.u, chromaWidth],
    [2, picture.v, chromaWidth],
  ] as const) {
    const start = libav.AVFrame_data_a_sync(frame, plane);
    const stride = libav.AVFrame_linesize_a_sync(frame, plane);
    for (let row = 0, at = 0; at < from.length; row++, at += width) {
      memory.set(from.subarray(at, at + width), start + row * stride);
    }
  }
}
