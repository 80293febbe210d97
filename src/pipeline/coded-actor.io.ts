import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Codecs } from './decode/codecs.io.ts';
import { openMediaFile } from './media-file/media-file.io.ts';
import type { AvatarFrame, CameraFrame } from './picture.ts';
import type { BitsPerSecond } from './transmit/video-encoder.ts';
import type { CodedCameraFrame } from './worker-protocol.ts';

/** The recorded driver that comes with the program. */
const SAMPLE_ACTOR = fileURLToPath(new URL('../../assets/sample-actor.webm', import.meta.url));

/**
 * The sample actor's first frames as a browser's camera would send them: VP8 at a webcam's bitrate,
 * one keyframe at the beginning. For measurements.
 */
export async function codedActor(
  codecs: Codecs,
  { frames, bitrate }: { frames: number; bitrate: BitsPerSecond },
): Promise<Omit<CodedCameraFrame, 'receivedAt'>[]> {
  const reader = await openMediaFile(SAMPLE_ACTOR, codecs);
  const { width, height } = reader.info;
  const options = { codec: 'vp8', width, height, fps: 30, bitrate } as const;
  const encoder = await codecs.createEncoder(options);
  const coded: Omit<CodedCameraFrame, 'receivedAt'>[] = [];
  try {
    for await (const { frame, at } of reader.frames()) {
      const keyframe = coded.length === 0;
      const { data, ...encoded } = await encoder.encode(packed(frame), at, { keyframe });
      coded.push({ frame: coded.length, codec: 'vp8', data, keyframe: encoded.keyframe });
      if (coded.length === frames) break;
      // Codecs work on this thread: a worker that measures is asked meanwhile whether it lives.
      await eventLoopTurn();
    }
  } finally {
    encoder.close();
    reader.close();
  }
  return coded;
}

/** The encoders' layout of a camera's picture: tight planes. */
function packed({ width, height, y, u, v, strideY, strideUv }: CameraFrame): AvatarFrame {
  const tight = (plane: Uint8Array, stride: number, w: number, h: number) => {
    const out = new Uint8Array(w * h);
    for (let row = 0; row < h; row++)
      out.set(plane.subarray(row * stride, row * stride + w), row * w);
    return out;
  };
  const [w, h] = [width / 2, height / 2];
  return {
    width,
    height,
    y: tight(y, strideY, width, height),
    u: tight(u, strideUv, w, h),
    v: tight(v, strideUv, w, h),
  };
}
