import type { CodecContext, Frame, Packet } from 'node-av/lib';
import { type Milli, VIDEO_CLOCK_HZ } from '../../time.ts';
import type { NodeAv } from '../decode/node-av.io.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
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
  rateOptions,
} from './video-encoder-settings.ts';

const ENCODERS = { vp8: 'FF_ENCODER_LIBVPX_VP8', h264: 'FF_ENCODER_LIBX264' } as const;

interface Native {
  readonly context: CodecContext;
  readonly frame: Frame;
  readonly packet: Packet;
}

/** libvpx or x264 by FFmpeg. Encodes on the calling thread: meant for a pipeline worker. */
export class NativeVideoEncoder implements VideoEncoder {
  readonly codec: VideoCodec;
  readonly backend = 'native';
  readonly #av: NodeAv;
  readonly #rate: BitratePolicy;
  #options: VideoEncoderOptions;
  #native: Native | undefined;
  #ticks = -1;

  /** @throws EncodeError `encode_failed`. */
  constructor(av: NodeAv, options: VideoEncoderOptions) {
    checkEncoderOptions(options);
    this.#av = av;
    this.#options = options;
    this.#rate = new BitratePolicy(options.bitrate);
    this.codec = options.codec;
    this.#native = open(av, options);
  }

  async encode(
    picture: AvatarFrame,
    at: Milli,
    { keyframe }: { keyframe: boolean },
  ): Promise<EncodedFrame> {
    if (this.#native === undefined) throw new EncodeError('encode_closed', this.codec, 'is closed');
    checkFrame(this.#options, picture);
    this.#applyRate(at, keyframe);
    const { context, frame, packet } = this.#native;
    const av = this.#av;
    this.#check(frame.makeWritable());
    copyIn(frame, picture);
    this.#ticks = encoderTicks(at, this.#ticks);
    frame.pts = BigInt(this.#ticks);
    frame.duration = BigInt(Math.round(VIDEO_CLOCK_HZ / this.#options.fps));
    frame.pictType = keyframe ? av.AV_PICTURE_TYPE_I : av.AV_PICTURE_TYPE_NONE;
    try {
      this.#check(context.sendFrameSync(frame));
      this.#check(context.receivePacketSync(packet));
      return { data: new Uint8Array(packet.data!), keyframe: packet.isKeyframe };
    } finally {
      packet.unref();
    }
  }

  setBitrate(bitrate: BitsPerSecond): void {
    checkEncoderOptions({ ...this.#options, bitrate });
    this.#rate.want(bitrate);
  }

  close(): void {
    if (this.#native !== undefined) release(this.#native);
    this.#native = undefined;
  }

  /** x264 takes a new rate between two frames; libvpx behind FFmpeg only when opened again. */
  #applyRate(at: Milli, keyframe: boolean): void {
    const live = this.codec === 'h264';
    const bitrate = live ? this.#rate.take() : this.#rate.next(at, keyframe);
    if (bitrate === undefined) return;
    this.#options = { ...this.#options, bitrate };
    if (live) {
      setOptions(this.#native!.context, this.#av, rateOptions('h264', bitrate));
      return;
    }
    const reopened = open(this.#av, this.#options);
    release(this.#native!);
    this.#native = reopened;
  }

  #check(result: number): void {
    if (result >= 0) return;
    throw new EncodeError('encode_failed', this.codec, 'the frame does not encode', {
      cause: this.#av.FFmpegError.fromCode(result) ?? result,
    });
  }
}

function open(av: NodeAv, options: VideoEncoderOptions): Native {
  const { codec, width, height, fps } = options;
  const encoder = av.Codec.findEncoderByName(av[ENCODERS[codec]]);
  if (encoder === null) {
    throw new EncodeError('encode_failed', codec, `FFmpeg was built without ${ENCODERS[codec]}`);
  }
  const context = new av.CodecContext();
  context.allocContext3(encoder);
  context.width = width;
  context.height = height;
  context.pixelFormat = av.AV_PIX_FMT_YUV420P;
  context.framerate = new av.Rational(Math.round(fps * 1000), 1000);
  setOptions(context, av, encoderOptions(options));
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
  return { context, frame, packet };
}

function release({ context, frame, packet }: Native): void {
  packet.free();
  frame.free();
  context.freeContext();
}

function setOptions(context: CodecContext, av: NodeAv, options: Readonly<Record<string, string>>) {
  for (const [name, value] of Object.entries(options)) {
    context.setOption(name, value, av.AV_OPT_TYPE_STRING, av.AV_OPT_SEARCH_CHILDREN);
  }
}

function copyIn(frame: Frame, picture: AvatarFrame): void {
  const planes = frame.data!;
  const strides = frame.linesize;
  copyPlane(planes[0]!, strides[0]!, picture.y, picture.width);
  copyPlane(planes[1]!, strides[1]!, picture.u, picture.width / 2);
  copyPlane(planes[2]!, strides[2]!, picture.v, picture.width / 2);
}

function copyPlane(to: Uint8Array, stride: number, from: Uint8Array, width: number): void {
  for (let row = 0, at = 0; at < from.length; row++, at += width) {
    to.set(from.subarray(at, at + width), row * stride);
  }
}
