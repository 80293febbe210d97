import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RgbFrame } from './rgb-frame.ts';

const index = z.number().int().nonnegative();

const clipSchema = z.object({
  frames: z.number().int().positive(),
  side: z.number().int().positive().multipleOf(256),
  fps: z.number().positive(),
  /** Frames that may serve as examples; the first is nearly neutral and frontal. */
  examples: z.array(index).min(1),
  /** The driven frames: from the first up to, not including, the second. */
  sequence: z.tuple([index, index]),
  seed: z.number().int(),
});

type ClipDescription = z.infer<typeof clipSchema>;

/** A rendered clip on disk, read frame by frame. Whoever opened it closes it. */
export interface Clip {
  readonly about: ClipDescription;
  frame(index: number): Promise<RgbFrame>;
  close(): Promise<void>;
}

/** @throws whatever reading or parsing throws. */
export async function openClip(folder: string): Promise<Clip> {
  const about = clipSchema.parse(JSON.parse(await readFile(join(folder, 'clip.json'), 'utf8')));
  const file: FileHandle = await open(join(folder, 'frames.rgb'));
  const bytes = about.side * about.side * 3;
  return {
    about,
    async frame(at) {
      const rgb = new Uint8Array(bytes);
      const { bytesRead } = await file.read(rgb, 0, bytes, at * bytes);
      if (bytesRead !== bytes) throw new Error(`${folder} has no frame ${at}.`);
      return { side: about.side, rgb };
    },
    close: () => file.close(),
  };
}
