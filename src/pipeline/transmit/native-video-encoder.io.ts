import { type Milli, VIDEO_CLOCK_HZ } from '../../time.ts';
import type { NodeAv } from '../decode/node-av.io.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { AvatarFrame } from '../picture.ts';
import { EncodeError } from './encode-error.ts';
import {
  fillNativeFrame,
  type NativeEncoder,
  openNativeEncoder,
  releaseNativeEncoder,
  setNativeOptions,
} from './native-encoder-context.io.ts';
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

/** libvpx or x264 by FFmpeg. Encodes on the calling thread: meant for a pipeline worker. */
export class NativeVideoEncoder implements VideoEncoder {
  readonly codec: VideoCodec;
  readonly backend = 'native';
  readonly #av: NodeAv;
  readonly #rate: BitratePolicy;
  #options: VideoEncoderOptions;
  #native: NativeEncoder | undefined;
  #ticks = -1;

  /** @throws EncodeError `encode_failed`. */
  constructor(av: NodeAv, options: VideoEncoderOptions) {
    checkEncoderOptions(options);
    this.#av = av;
    this.#options = options;
    this.#rate = new BitratePolicy(options.bitrate);
    this.codec = options.codec;
    this.#native = openNativeEncoder(av, { ...options, settings: encoderOptions(options) });
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
    this.#check(fillNativeFrame(this.#native, picture));
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
    if (this.#native !== undefined) releaseNativeEncoder(this.#native);
    this.#native = undefined;
  }

  /** x264 takes a new rate between two frames; libvpx behind FFmpeg only when opened again. */
  #applyRate(at: Milli, keyframe: boolean): void {
    const live = this.codec === 'h264';
    const bitrate = live ? this.#rate.take() : this.#rate.next(at, keyframe);
    if (bitrate === undefined) return;
    this.#options = { ...this.#options, bitrate };
    if (live) {
      setNativeOptions(this.#native!.context, this.#av, rateOptions('h264', bitrate));
      return;
    }
    const settings = encoderOptions(this.#options);
    const reopened = openNativeEncoder(this.#av, { ...this.#options, settings });
    releaseNativeEncoder(this.#native!);
    this.#native = reopened;
  }

  #check(result: number): void {
    if (result >= 0) return;
    throw new EncodeError('encode_failed', this.codec, 'the frame does not encode', {
      cause: this.#av.FFmpegError.fromCode(result) ?? result,
    });
  }
}
