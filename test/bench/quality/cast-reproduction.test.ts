import { expect, it } from 'vitest';
import { reproducePictures } from '../../../bench/quality/cast-reproduction.ts';
import { FaceSpace } from '../../../bench/quality/face-space.ts';
import type { Example } from '../../../src/pipeline/render/engine.ts';
import { warpEngine } from '../../../src/pipeline/render/warp/warp-engine.ts';
import { paintedFrame, ToldTracker } from './painted-clip.ts';

it('draws each picture from the neutral one and others, never from itself', async () => {
  const pictures = [{}, { yaw: 15 }, { jaw: 0.2 }, { yaw: -15 }].map(paintedFrame);
  const enrolled: number[][] = [];
  const warp = warpEngine();
  const engine = {
    ...warp,
    enrol: (examples: readonly Example[]) => {
      enrolled.push(examples.map((e) => pictures.findIndex((p) => p.face === e.landmarks)));
      return warp.enrol(examples);
    },
  };
  const seen: number[] = [];
  const scores = await reproducePictures(
    {
      person: { name: 'painted', group: 'rendered', pictures },
      contender: { name: 'warp', engine: engine as never },
      examples: 2,
    },
    { tracker: new ToldTracker(pictures), space: new FaceSpace([]) },
    (index) => seen.push(index),
  );
  expect(seen).toEqual([1, 2, 3]);
  enrolled.forEach((examples, i) => {
    expect(examples).toHaveLength(2);
    expect(examples[0]).toBe(0);
    expect(examples).not.toContain(i + 1);
  });
  expect(scores.facePsnr!).toBeGreaterThan(15);
});
