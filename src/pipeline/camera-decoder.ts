import type { Milli } from '../time.ts';
import type { VideoCodec, VideoDecoder } from './decode/video-decoder.ts';
import type { CameraFrame } from './picture.ts';
import type { DropReason } from './stage.ts';
import type { CodedCameraFrame } from './worker-protocol.ts';

/** A camera picture, and which frame of the camera it is. */
export interface DecodedFrame {
  readonly picture: CameraFrame;
  readonly frame: number;
  readonly receivedAt: Milli;
  /** How many coded frames were decoded to come by it, those before it and itself. */
  readonly decoded: number;
}

interface CameraDecoderEvents {
  dropped(reason: DropReason, count: number): void;
  /** A frame did not decode: those that refer to it are of no use either. */
  broken(cause: unknown): void;
}

/**
 * The decoder of whatever codec the camera sends at the moment. Owns and closes it, and the memory of its
 * pictures: one is valid until the next call.
 */
export class CameraDecoder {
  readonly #create: (codec: VideoCodec) => VideoDecoder | Promise<VideoDecoder>;
  readonly #events: CameraDecoderEvents;
  #decoder: VideoDecoder | undefined;
  /** Read by nobody any more once the next picture is asked for. */
  #spare: CameraFrame | undefined;

  constructor(
    create: (codec: VideoCodec) => VideoDecoder | Promise<VideoDecoder>,
    events: CameraDecoderEvents,
  ) {
    this.#create = create;
    this.#events = events;
  }

  /** Decodes all that waits, in order, and keeps the newest picture. */
  async newest(frames: readonly CodedCameraFrame[]): Promise<DecodedFrame | undefined> {
    let newest: DecodedFrame | undefined;
    let decoded = 0;
    for (const { codec, data, frame, receivedAt } of frames) {
      try {
        if (this.#decoder?.codec !== codec) {
          this.close();
          this.#decoder = await this.#create(codec);
        }
        const picture = await this.#decoder.decode(data, this.#spare);
        decoded++;
        if (!picture) continue;
        this.#spare = picture;
        if (newest) this.#events.dropped('superseded', 1);
        newest = { picture, frame, receivedAt, decoded };
      } catch (cause) {
        this.#events.broken(cause);
        this.#events.dropped('undecodable', 1);
      }
    }
    return newest;
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
  }
}
