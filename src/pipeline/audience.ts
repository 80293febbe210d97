import type { ReceivedAudioPacket } from './accept/audio-receiver.ts';
import type { AudioSender, VideoSender } from './accept/peer-connection.io.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { SharedBitrate } from './shared-bitrate.ts';
import type { RenderedFrame } from './worker-protocol.ts';

/** What somebody receives another's avatar and voice through. */
export interface Senders {
  readonly video: VideoSender;
  readonly audio: AudioSender;
}

/** What an audience needs of the session that it watches. */
export interface AudienceEvents {
  /** These are to be encoded from now on. */
  outputs(codecs: readonly VideoCodec[]): void;
  bitrate(bitrate: number): void;
  keyframeNeeded(codec: VideoCodec): void;
}

/**
 * Those who watch one participant, perhaps themselves among them: one encoding a codec serves them
 * all, at the bitrate that the slowest can take.
 */
export class Audience {
  readonly #codecs: readonly VideoCodec[];
  readonly #events: AudienceEvents;
  readonly #bitrate = new SharedBitrate();
  readonly #watchers = new Map<string, Senders>();

  /** @param codecs what can be encoded, preferred first. */
  constructor(codecs: readonly VideoCodec[], events: AudienceEvents) {
    this.#codecs = codecs;
    this.#events = events;
  }

  /** The codecs that somebody here negotiated. */
  get outputs(): VideoCodec[] {
    const wanted = new Set([...this.#watchers.values()].map(({ video }) => video.codec));
    return this.#codecs.filter((codec) => wanted.has(codec));
  }

  get bitrate(): number {
    return this.#bitrate.current;
  }

  codecOf(watcher: string): VideoCodec | null {
    return this.#watchers.get(watcher)?.video.codec ?? null;
  }

  /** The senders stay their maker's to close. */
  join(watcher: string, senders: Senders): void {
    const { video } = senders;
    this.#watchers.set(watcher, senders);
    video.onCodec((codec) => {
      this.#events.outputs(this.outputs);
      this.#events.keyframeNeeded(codec);
    });
    video.onKeyframeNeeded(() => {
      if (video.codec) this.#events.keyframeNeeded(video.codec);
    });
    video.onBitrate((bitrate) => this.#adopt(this.#bitrate.estimate(watcher, bitrate)));
  }

  leave(watcher: string): void {
    this.#watchers.delete(watcher);
    this.#events.outputs(this.outputs);
    this.#adopt(this.#bitrate.leave(watcher));
  }

  /** Sends each watcher the picture in its codec. @returns the bytes of all codings. */
  show(outputs: RenderedFrame['outputs'], captureTime: number): number {
    let bytes = 0;
    for (const output of outputs) {
      bytes += output.data.length;
      for (const { video } of this.#watchers.values())
        if (video.codec === output.codec) video.send(output, captureTime);
    }
    return bytes;
  }

  hear(packet: ReceivedAudioPacket): void {
    for (const { audio } of this.#watchers.values()) audio.send(packet);
  }

  #adopt(bitrate: number | undefined): void {
    if (bitrate !== undefined) this.#events.bitrate(bitrate);
  }
}
