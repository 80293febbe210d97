import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame } from '../../src/pipeline/picture.ts';

/** What the app asks a camera for: a larger picture is scaled here, once, instead of in the browser. */
const MAX_WIDTH = 640;

/** Writes a video file as Y4M, which Chromium's fake camera plays in a loop. */
export async function writeCameraFile(clip: string, target: string): Promise<void> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const reader = await openMediaFile(clip, codecs);
  const { width, height, fps } = reader.info;
  const file = createWriteStream(target);
  try {
    const by = Math.ceil(width / MAX_WIDTH);
    const [w, h] = [Math.floor(width / by / 2) * 2, Math.floor(height / by / 2) * 2];
    file.write(`YUV4MPEG2 W${w} H${h} F${Math.round(fps)}:1 Ip A1:1 C420jpeg\n`);
    for await (const { frame } of reader.frames())
      if (!file.write(Buffer.concat([Buffer.from('FRAME\n'), ...planes(frame, w, h, by)])))
        await once(file, 'drain');
  } finally {
    reader.close();
    file.end();
    await once(file, 'finish');
  }
}

/** The planes of a picture of that size, each pixel the mean of `by` × `by`. */
function planes(frame: CameraFrame, width: number, height: number, by: number): Buffer[] {
  const { y, u, v, strideY, strideUv } = frame;
  return [
    shrink(y, strideY, width, height, by),
    shrink(u, strideUv, width / 2, height / 2, by),
    shrink(v, strideUv, width / 2, height / 2, by),
  ];
}

function shrink(plane: Uint8Array, stride: number, width: number, height: number, by: number) {
  const out = Buffer.alloc(width * height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let k = 0; k < by * by; k++)
        sum += plane[(row * by + Math.floor(k / by)) * stride + column * by + (k % by)]!;
      out[row * width + column] = sum / (by * by);
    }
  return out;
}
