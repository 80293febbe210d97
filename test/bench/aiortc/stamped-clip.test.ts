import { beforeAll, describe, expect, it } from 'vitest';
import { type StampedClip, stampedClip } from '../../../bench/aiortc/stamped-clip.io.ts';
import { type Codecs, openCodecs } from '../../../src/pipeline/decode/codecs.io.ts';
import { readStamp } from '../../../src/pipeline/stamp.ts';

const FRAMES = 6;

async function stampsOf(codecs: Codecs, { codec, frames }: StampedClip) {
  const decoder = await codecs.createDecoder(codec);
  const stamps: (number | undefined)[] = [];
  try {
    for (const { data } of frames) {
      const picture = await decoder.decode(data);
      stamps.push(picture && readStamp(picture));
    }
  } finally {
    decoder.close();
  }
  return stamps;
}

describe('the stamped clip', () => {
  let codecs: Codecs;
  beforeAll(async () => {
    codecs = await openCodecs({ prefer: 'auto' });
  });

  it('has each frame’s number in its picture and one keyframe, in every codec of this machine', async () => {
    for (const codec of codecs.codecs) {
      const clip = await stampedClip(codecs, {
        codec,
        size: 256,
        frames: FRAMES,
        bitrate: 500_000,
      });
      expect(clip.codec).toBe(codec);
      expect(await stampsOf(codecs, clip)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(clip.frames.map(({ keyframe }) => keyframe)).toEqual([true, ...Array(5).fill(false)]);
      expect([...clip.luma.keys()]).toEqual([0]);
      expect(clip.luma.get(0)).toHaveLength(256 ** 2);
    }
  });
});
