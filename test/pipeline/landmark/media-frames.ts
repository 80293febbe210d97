import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CameraFrame } from '../../../src/pipeline/picture.ts';

/** Clips and models for measurement; absent outside the development machine. */
const SHARED = join(import.meta.dirname, '../../../../shared');
export const sharedFile = (name: string): string => join(SHARED, name);
export const hasSharedMedia: boolean = existsSync(sharedFile('media/clips'));

/** Decodes a clip's frames with FFmpeg, as they are stored: 4:2:0, without rotation. */
export async function* clipFrames(path: string, until: number): AsyncGenerator<CameraFrame> {
  const { Decoder, Demuxer } = await import('node-av');
  const input = await Demuxer.open(path);
  const stream = input.video();
  if (stream === undefined) throw new Error(`${path} holds no video`);
  const decoder = await Decoder.create(stream);
  try {
    let count = 0;
    for await (const frame of decoder.frames(input.packets(stream.index))) {
      if (frame === null) continue;
      const { width, height, data, linesize } = frame;
      const plane = (index: number, rows: number) =>
        Uint8Array.from(data![index]!.subarray(0, linesize[index]! * rows));
      const copy: CameraFrame = {
        width,
        height,
        y: plane(0, height),
        u: plane(1, (height + 1) >> 1),
        v: plane(2, (height + 1) >> 1),
        strideY: linesize[0]!,
        strideUv: linesize[1]!,
        // AVCOL_RANGE_JPEG
        fullRange: frame.colorRange === 2,
        rotation: 0,
      };
      frame.free();
      yield copy;
      if (++count >= until) return;
    }
  } finally {
    decoder.close();
    await input.close();
  }
}
