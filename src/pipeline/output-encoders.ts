import type { Milli } from '../time.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import type { AvatarFrame } from './picture.ts';
import type { BitsPerSecond, VideoEncoder, VideoEncoderOptions } from './transmit/video-encoder.ts';
import type { CodedAvatarFrame, SessionSettings } from './worker-protocol.ts';

type CreateEncoder = (options: VideoEncoderOptions) => VideoEncoder | Promise<VideoEncoder>;

/** Encoders want a strictly increasing time; two frames in one clock tick are set this far apart. */
const SMALLEST_STEP: Milli = 1;

/** One encoder for each codec that some watcher of the session negotiated; owns and closes them. */
export class OutputEncoders {
  readonly #create: CreateEncoder;
  readonly #options: Omit<VideoEncoderOptions, 'codec' | 'bitrate'>;
  readonly #open = new Map<VideoCodec, VideoEncoder>();
  readonly #keyframes = new Set<VideoCodec>();
  #codecs: readonly VideoCodec[];
  #bitrate: BitsPerSecond;
  #last: Milli = Number.NEGATIVE_INFINITY;

  constructor(settings: SessionSettings, stages: { createEncoder: CreateEncoder }) {
    this.#create = (options) => stages.createEncoder(options);
    this.#options = { width: settings.size, height: settings.size, fps: settings.fps };
    this.#codecs = settings.outputs;
    this.#bitrate = settings.bitrate;
  }

  /** Takes effect with the next frame: an encoder is never closed under a frame it is coding. */
  setCodecs(codecs: readonly VideoCodec[]): void {
    this.#codecs = [...codecs];
  }

  setBitrate(bitrate: BitsPerSecond): void {
    this.#bitrate = bitrate;
    for (const encoder of this.#open.values()) encoder.setBitrate(bitrate);
  }

  forceKeyframe(codec: VideoCodec): void {
    this.#keyframes.add(codec);
  }

  /**
   * The frame coded last is not sent: what refers to it would show watchers a mixture of pictures, which
   * no decoder notices. The next one refers to nothing.
   */
  lose(): void {
    for (const codec of this.#codecs) this.#keyframes.add(codec);
  }

  /** @throws EncodeError; the frame is lost in every codec. */
  async encode(frame: AvatarFrame, now: Milli): Promise<CodedAvatarFrame[]> {
    try {
      return await this.#encode(frame, now);
    } catch (cause) {
      this.lose();
      throw cause;
    }
  }

  close(): void {
    for (const encoder of this.#open.values()) encoder.close();
    this.#open.clear();
  }

  async #encode(frame: AvatarFrame, now: Milli): Promise<CodedAvatarFrame[]> {
    const at = Math.max(now, this.#last + SMALLEST_STEP);
    this.#last = at;
    this.#closeUnwatched();
    const coded: CodedAvatarFrame[] = [];
    for (const codec of this.#codecs) {
      const encoder = this.#open.get(codec) ?? (await this.#start(codec));
      const keyframe = this.#keyframes.delete(codec);
      const { data, keyframe: isKeyframe } = await encoder.encode(frame, at, { keyframe });
      coded.push({ codec, data, keyframe: isKeyframe });
    }
    return coded;
  }

  #closeUnwatched(): void {
    for (const [codec, encoder] of this.#open) {
      if (this.#codecs.includes(codec)) continue;
      encoder.close();
      this.#open.delete(codec);
    }
  }

  async #start(codec: VideoCodec): Promise<VideoEncoder> {
    const encoder = await this.#create({ ...this.#options, codec, bitrate: this.#bitrate });
    this.#open.set(codec, encoder);
    return encoder;
  }
}
