import { type Milli, VIDEO_CLOCK_HZ } from '../../time.ts';
import type { AvatarFrame } from '../picture.ts';
import { EncodeError } from './encode-error.ts';
import type { BitsPerSecond, VideoEncoderOptions } from './video-encoder.ts';

/**
 * How far a frame may run over its share: one second for libvpx as WebRTC sets it, half a second
 * for x264, whose keyframes would otherwise be ten times a frame and hold up all behind them.
 */
const BUFFER_SECONDS = { vp8: 1, h264: 0.5 } as const;

/** Keyframes come on request only; this is the longest distance that both libraries accept. */
const KEYFRAME_DISTANCE = 1_000_000;

/** libvpx: realtime, no lookahead, no dropped frames: one frame out per frame in. */
const VP8_OPTIONS = Object.freeze({
  deadline: 'realtime',
  // Negative: a fixed speed. Positive ones adapt to the clock and make output depend on load.
  'cpu-used': '-8',
  'lag-in-frames': '0',
  'auto-alt-ref': '0',
  // WebRTC's values: quantiser bounds, tolerance of the rate control, and keyframes of at most
  // nine frames' share so that one does not fill the pacer.
  qmin: '2',
  qmax: '56',
  'undershoot-pct': '100',
  'overshoot-pct': '15',
  'max-intra-rate': '900',
  'static-thresh': '1',
});

/** x264: constrained baseline, headers on every IDR, nothing held back. */
const H264_OPTIONS = Object.freeze({
  preset: 'superfast',
  tune: 'zerolatency',
  profile: 'baseline',
  'forced-idr': '1',
  // Limited range BT.601 in the VUI, or a receiver guesses by picture size.
  colorspace: 'smpte170m',
  color_range: 'tv',
});

/** Private and generic FFmpeg options of the encoder, the same for both backends. */
export function encoderOptions(options: VideoEncoderOptions): Readonly<Record<string, string>> {
  return {
    ...(options.codec === 'vp8' ? VP8_OPTIONS : H264_OPTIONS),
    g: String(KEYFRAME_DISTANCE),
    bf: '0',
    threads: '1',
    time_base: `1/${VIDEO_CLOCK_HZ}`,
    ...rateOptions(options.codec, options.bitrate),
  };
}

/** What changes with the bitrate. */
export function rateOptions(codec: 'vp8' | 'h264', bitrate: BitsPerSecond) {
  const rate = Math.round(bitrate);
  return {
    b: String(rate),
    maxrate: String(rate),
    // libvpx runs in constant bitrate mode when all three rates agree.
    ...(codec === 'vp8' ? { minrate: String(rate) } : {}),
    bufsize: String(Math.round(rate * BUFFER_SECONDS[codec])),
  };
}

/** @throws EncodeError `encode_failed` where no encoder could be opened with these. */
export function checkEncoderOptions(options: VideoEncoderOptions): void {
  const { codec, width, height, fps, bitrate } = options;
  const even = (length: number) => Number.isInteger(length) && length >= 2 && length % 2 === 0;
  if (!even(width) || !even(height)) {
    throw new EncodeError('encode_failed', codec, `cannot encode ${width}x${height}`, {
      value: { width, height },
      valid: 'even, at least 2',
    });
  }
  if (!(fps > 0) || !(bitrate >= MIN_BITRATE)) {
    throw new EncodeError('encode_failed', codec, 'cannot encode at this rate', {
      value: { fps, bitrate },
      valid: `fps above 0, bitrate from ${MIN_BITRATE}`,
    });
  }
}

/** Below this neither library's rate control has a frame's header to spend. */
const MIN_BITRATE: BitsPerSecond = 10_000;

/** @throws EncodeError `encode_size_mismatch` unless the frame is what the encoder was opened for. */
export function checkFrame(
  options: Pick<VideoEncoderOptions, 'codec' | 'width' | 'height'>,
  frame: AvatarFrame,
): void {
  const { codec, width, height } = options;
  const chroma = (width * height) / 4;
  const fits =
    frame.width === width &&
    frame.height === height &&
    frame.y.length === width * height &&
    frame.u.length === chroma &&
    frame.v.length === chroma;
  if (fits) return;
  throw new EncodeError('encode_size_mismatch', codec, 'the frame has another size', {
    value: { width: frame.width, height: frame.height, bytes: frame.y.length + frame.u.length * 2 },
    valid: { width, height, bytes: width * height + chroma * 2 },
  });
}

/** Presentation time in 90 kHz ticks that never repeat, though rounding may make two times meet. */
export function encoderTicks(at: Milli, previous: number): number {
  return Math.max(Math.round((at * VIDEO_CLOCK_HZ) / 1000), previous + 1);
}
