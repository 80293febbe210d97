import { type Libav, libavMemory } from '../decode/libav.io.ts';
import type { AvatarFrame, Px } from '../picture.ts';
import { EncodeError } from './encode-error.ts';

export interface WasmEncoderOptions {
  readonly width: Px;
  readonly height: Px;
  readonly fps: number;
  /** FFmpeg's options, generic and private. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An open libvpx encoder with the one frame it is fed from and the one packet it fills: pointers. */
export interface WasmEncoder {
  readonly context: number;
  readonly frame: number;
  readonly packet: number;
}

/** @throws EncodeError `encode_failed`. The caller releases it. */
export function openWasmEncoder(libav: Libav, options: WasmEncoderOptions): WasmEncoder {
  const { width, height, fps, settings } = options;
  const encoder = libav.avcodec_find_encoder_by_name_sync('libvpx');
  const context = libav.avcodec_alloc_context3_sync(encoder);
  libav.AVCodecContext_width_s_sync(context, width);
  libav.AVCodecContext_height_s_sync(context, height);
  libav.AVCodecContext_pix_fmt_s_sync(context, libav.AV_PIX_FMT_YUV420P);
  libav.AVCodecContext_framerate_s_sync(context, Math.round(fps * 1000), 1000);
  for (const [name, value] of Object.entries(settings)) {
    checkEncode(libav, libav.av_opt_set_sync(context, name, value, libav.AV_OPT_SEARCH_CHILDREN));
  }
  const opened = libav.avcodec_open2_sync(context, encoder, 0);
  if (opened < 0) libav.avcodec_free_context_js_sync(context);
  checkEncode(libav, opened);
  const frame = libav.av_frame_alloc_sync();
  libav.AVFrame_format_s_sync(frame, libav.AV_PIX_FMT_YUV420P);
  libav.AVFrame_width_s_sync(frame, width);
  libav.AVFrame_height_s_sync(frame, height);
  checkEncode(libav, libav.av_frame_get_buffer_sync(frame, 0));
  return { context, frame, packet: libav.av_packet_alloc_sync() };
}

export function releaseWasmEncoder(libav: Libav, { context, frame, packet }: WasmEncoder): void {
  libav.ff_free_encoder_sync(context, frame, packet);
}

/** @throws EncodeError `encode_failed` on FFmpeg's negative codes. */
export function checkEncode(libav: Libav, result: number): void {
  if (result >= 0) return;
  throw new EncodeError('encode_failed', 'vp8', 'the frame does not encode', {
    cause: libav.ff_error_sync(result),
  });
}

/** Copies a picture into a frame of the same size in WASM memory, whose rows FFmpeg pads. */
export function fillWasmFrame(libav: Libav, frame: number, picture: AvatarFrame): void {
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

/** Sets when a frame is shown and for how long, in ticks of the encoder's clock. */
export function setWasmFrameTime(libav: Libav, frame: number, pts: number, duration: number): void {
  const [low, high] = libav.f64toi64(pts);
  libav.AVFrame_pts_s_sync(frame, low);
  libav.AVFrame_ptshi_s_sync(frame, high);
  libav.AVFrame_duration_s_sync(frame, duration);
}
