import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { openMediaFile } from '../../src/pipeline/media-file/media-file.io.ts';
import type { CameraFrame } from '../../src/pipeline/picture.ts';

/** Writes a video file as Y4M, which Chromium's fake camera plays in a loop. */
export async function writeCameraFile(clip: string, target: string): Promise<void> {
  const codecs = await openCodecs({ prefer: 'auto' });
  const reader = await openMediaFile(clip, codecs);
  const { width, height, fps } = reader.info;
  const file = createWriteStream(target);
  try {
    file.write(`YUV4MPEG2 W${width} H${height} F${Math.round(fps)}:1 Ip A1:1 C420jpeg\n`);
    for await (const { frame } of reader.frames())
      if (!file.write(Buffer.concat([Buffer.from('FRAME\n'), ...planes(frame)])))
        await once(file, 'drain');
  } finally {
    reader.close();
    file.end();
    await once(file, 'finish');
  }
}

function planes(frame: CameraFrame): Buffer[] {
  const { width, height, strideY, strideUv } = frame;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  return [
    ...rows(frame.y, strideY, width, height),
    ...rows(frame.u, strideUv, w, h),
    ...rows(frame.v, strideUv, w, h),
  ];
}

function rows(plane: Uint8Array, stride: number, width: number, height: number): Buffer[] {
  return Array.from({ length: height }, (_, row) =>
    Buffer.from(plane.buffer, plane.byteOffset + row * stride, width),
  );
}
