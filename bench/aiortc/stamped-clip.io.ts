import { fileURLToPath } from 'node:url';
import type { Codecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { AvatarFrame, CameraFrame, Px } from '../../src/pipeline/picture.ts';
import { drawStamp } from '../../src/pipeline/stamp.ts';
import type { BitsPerSecond } from '../../src/pipeline/transmit/video-encoder.ts';
import { scaledDown } from './scaled-frame.ts';

const SAMPLE_ACTOR = fileURLToPath(new URL('../../assets/sample-actor.webm', import.meta.url));
/** One frame in so many is kept to compare with what comes back: the others would only fill memory. */
const KEPT_EVERY = 30;

/** What a camera sends, over and over: its first frame alone is a keyframe. */
export interface StampedClip {
  readonly codec: VideoCodec;
  readonly size: Px;
  /** Frame i carries the stamp i. */
  readonly frames: readonly { readonly data: Buffer; readonly keyframe: boolean }[];
  /** Luma of some frames as a peer decodes them, by stamp. */
  readonly luma: ReadonlyMap<number, Uint8Array>;
}

interface ClipOptions {
  readonly codec: VideoCodec;
  readonly size: Px;
  readonly frames: number;
  readonly bitrate: BitsPerSecond;
}

/** The sample actor with a counter in each frame, coded as a browser's camera would. */
export async function stampedClip(
  codecs: Codecs,
  { codec, size, frames, bitrate }: ClipOptions,
): Promise<StampedClip> {
  const reader = await openMediaFile(SAMPLE_ACTOR, codecs);
  const options = { codec, width: size, height: size, fps: 30, bitrate } as const;
  const encoder = await codecs.createEncoder(options);
  const decoder = await codecs.createDecoder(codec);
  const coded: { data: Buffer; keyframe: boolean }[] = [];
  const luma = new Map<number, Uint8Array>();
  try {
    for await (const { frame, at } of reader.frames()) {
      const stamp = coded.length;
      const picture: AvatarFrame = scaledDown(frame, size);
      drawStamp(picture, stamp);
      const { data, keyframe } = await encoder.encode(picture, at, { keyframe: stamp === 0 });
      coded.push({ data: Buffer.from(data), keyframe });
      const decoded: CameraFrame | undefined = await decoder.decode(data);
      if (decoded && stamp % KEPT_EVERY === 0) luma.set(stamp, decoded.y);
      if (coded.length === frames) break;
    }
  } finally {
    decoder.close();
    encoder.close();
    reader.close();
  }
  return { codec, size, frames: coded, luma };
}
