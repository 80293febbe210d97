import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../../bench/quality/clip.ts';
import { psnr } from '../../../bench/quality/picture-distance.ts';
import { tuningClips } from '../../../bench/quality/tuning-clips.ts';
import { paintedClip, paintedFrame } from './painted-clip.ts';

const clip = paintedClip(24);
const motion = [0, 0.1, 0.2, 0.3, 0.4, 0.5].flatMap((jaw, i) =>
  Array.from({ length: 6 }, () => paintedFrame({ jaw, yaw: i })),
);

describe('what fine-tuning for a clip may see', () => {
  it('are its examples, each once as the only one from which all are drawn', async () => {
    const clips = await tuningClips(clip, 3, motion);
    expect(clips.map(({ name, start }) => [name, start])).toEqual([
      ['from-0', 0],
      ['from-1', 0],
      ['from-2', 0],
    ]);
    const [first] = clips[0]!.pictures;
    expect(first).toEqual(exampleOf(clip.examples[0]!).picture);
    for (const { pictures } of clips) {
      expect(new Set(pictures.map((picture) => clips[0]!.pictures.indexOf(picture))).size).toBe(3);
    }
  });

  it('are, where there is one, deformed selves of it, from which it is drawn', async () => {
    const clips = await tuningClips(clip, 1, motion);
    const own = exampleOf(clip.examples[0]!).picture;
    expect(clips.length).toBeGreaterThan(2);
    for (const { pictures, start } of clips) {
      expect(start).toBe(1);
      expect(pictures[1]).toEqual(own);
    }
    const all = Uint32Array.from(own.rgba, (_, i) => i);
    const distances = clips.map(({ pictures }) =>
      psnr(Uint8Array.from(pictures[0]!.rgba), Uint8Array.from(own.rgba), all),
    );
    expect(Math.min(...distances)).toBeLessThan(30);
  });

  it('are no faces turned away or with shut eyes, of which the example cannot be drawn', async () => {
    const shut = Array.from({ length: 12 }, () => paintedFrame({ shut: 1 }));
    const away = Array.from({ length: 12 }, () => paintedFrame({ yaw: 40 }));
    const some = await tuningClips(clip, 1, [...motion, ...shut, ...away]);
    expect(some.map(({ pictures }) => pictures)).toEqual(
      (await tuningClips(clip, 1, motion)).map(({ pictures }) => pictures),
    );
  });
});
