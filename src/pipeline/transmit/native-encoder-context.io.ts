import type { CodecContext, Frame, Packet } from 'node-av/lib';
import type { NodeAv } from '../decode/node-av.io.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { AvatarFrame, Px } from '../picture.ts';
import { EncodeError } from './encode-error.ts';

const ENCODERS = { vp8: 'FF_ENCODER_LIBVPX_VP8', h264: 'FF_ENCODER_LIBX264' } as const;

export interface NativeEncoderOptions {
  readonly codec: VideoCodec;
  readonly width: Px;
  readonly height: Px;
  readonly fps: number;
  /** FFmpeg's options, generic and private. */
  readonly settings: Readonly<Record<string, string>>;
}

/** An open FFmpeg encoder with the one frame it is fed from and the one packet it fills. */
export interface NativeEncoder {
  readonly context: CodecContext;
  readonly frame: Frame;
  /** The frame's memory as JS sees it, for as long as it is the same. */
  planes: NativePlanes;
  readonly packet: Packet;
}

interface NativePlanes {
  /** Y, U, V. */
  readonly data: readonly Uint8Array[];
  readonly strides: readonly number[];
}

/** @throws EncodeError `encode_failed`. The caller releases it. */
export function openNativeEncoder(av: NodeAv, options: NativeEncoderOptions): NativeEncoder {
  const { codec, width, height, fps } = options;
  const encoder = av.Codec.findEncoderByName(av[ENCODERS[codec]]);
  if (encoder === null) {
    throw new EncodeError('encode_failed', codec, 'FFmpeg was built without its encoder');
  }
  const context = new av.CodecContext();
  context.allocContext3(encoder);
  context.width = width;
  context.height = height;
  context.pixelFormat = av.AV_PIX_FMT_YUV420P;
  context.framerate = new av.Rational(Math.round(fps * 1000), 1000);
  setNativeOptions(context, av, options.settings);
  // Options go onto the context: a dictionary handed to open2Sync is freed twice.
  const opened = context.open2Sync(encoder, null);
  if (opened < 0) {
    context.freeContext();
    throw new EncodeError('encode_failed', codec, 'the encoder does not open', {
      value: options,
      cause: av.FFmpegError.fromCode(opened),
    });
  }
  const frame = new av.Frame();
  frame.alloc();
  frame.format = av.AV_PIX_FMT_YUV420P;
  frame.width = width;
  frame.height = height;
  frame.getBuffer();
  const packet = new av.Packet();
  packet.alloc();
  return { context, frame, planes: planesOf(frame), packet };
}

export function releaseNativeEncoder({ context, frame, packet }: NativeEncoder): void {
  packet.free();
  frame.free();
  context.freeContext();
}

type Configurable = Pick<CodecContext, 'setOption'>;

/** Sets options by FFmpeg's own names and spellings; also between the frames of an open encoder. */
export function setNativeOptions(
  target: Configurable,
  av: NodeAv,
  options: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(options)) {
    target.setOption(name, value, av.AV_OPT_TYPE_STRING, av.AV_OPT_SEARCH_CHILDREN);
  }
}

/**
 * Copies a picture into the encoder's frame, which has the same size and whose rows FFmpeg may pad.
 * @returns FFmpeg's code: negative where the frame cannot be written.
 */
export function fillNativeFrame(native: NativeEncoder, picture: AvatarFrame): number {
  const { frame } = native;
  if (!frame.isWritable) {
    // The encoder still holds what it was given last: the frame gets other memory.
    const result = frame.makeWritable();
    if (result < 0) return result;
    native.planes = planesOf(frame);
  }
  const { data, strides } = native.planes;
  copyPlane(data[0]!, strides[0]!, picture.y, picture.width);
  copyPlane(data[1]!, strides[1]!, picture.u, picture.width / 2);
  copyPlane(data[2]!, strides[2]!, picture.v, picture.width / 2);
  return 0;
}

function planesOf(frame: Frame): NativePlanes {
  return { data: frame.data!, strides: frame.linesize };
}

function copyPlane(to: Uint8Array, stride: number, from: Uint8Array, width: number): void {
  if (stride === width) {
    to.set(from);
    return;
  }
  for (let row = 0, at = 0; at < from.length; row++, at += width) {
    to.set(from.subarray(at, at + width), row * stride);
  }
}
