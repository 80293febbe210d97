import { describe, expect, it } from 'vitest';
import type { ClipFrame } from '../../../bench/quality/clip.ts';
import { STATIC } from '../../../bench/quality/contender.ts';
import { FaceSpace } from '../../../bench/quality/face-space.ts';
import type { Person } from '../../../bench/quality/person.ts';
import { aroundRegion } from '../../../bench/quality/region.ts';
import { reproduceTurned, turnedPairs } from '../../../bench/quality/turned-picture.ts';
import type { Example } from '../../../src/pipeline/render/engine.ts';
import { warpEngine } from '../../../src/pipeline/render/warp/warp-engine.ts';
import { paintedFrame, ToldTracker } from './painted-clip.ts';

const personOf = (yaws: readonly number[]): Person => ({
  name: 'painted',
  group: 'rendered',
  pictures: yaws.map((yaw) => paintedFrame({ yaw })),
});
const person = personOf([0, 14, 20, -20, -3]);
const nth = (frame: unknown) => person.pictures.indexOf(frame as never);
const space = new FaceSpace([]);

describe('a picture that looks aside', () => {
  it('is one turned farthest to a side, wanted as the other or as the neutral one', () => {
    const told = (target: Parameters<typeof turnedPairs>[1]) =>
      turnedPairs(person, target).map(({ example, truth }) => [nth(example), nth(truth)]);
    expect(told('the other way')).toEqual([
      [3, 2],
      [2, 3],
    ]);
    expect(told('ahead')).toEqual([
      [3, 0],
      [2, 0],
    ]);
  });

  it('is not there where nobody looks to one of the sides', () => {
    expect(turnedPairs(personOf([0, 20, 15, -3]), 'the other way')).toEqual([]);
    expect(turnedPairs(personOf([0]), 'ahead')).toEqual([]);
  });

  it('is all that the engine is given, and comes nearer to the true one than standing still', async () => {
    const enrolled: number[][] = [];
    const warp = warpEngine();
    const engine = {
      ...warp,
      enrol: (examples: readonly Example[]) => {
        enrolled.push(
          examples.map((e) => person.pictures.findIndex((p) => p.face === e.landmarks)),
        );
        return warp.enrol(examples);
      },
    };
    const pairs = turnedPairs(person, 'the other way');
    const jury = { tracker: new ToldTracker(pairs.map(({ truth }) => truth)), space };
    const seen: number[] = [];
    const contender = { name: 'warp', engine: engine as never };
    const drawn = await reproduceTurned({ pairs, contender }, jury, (i) => seen.push(i));
    const still = await reproduceTurned({ pairs, contender: STATIC }, jury, () => undefined);
    expect(enrolled).toEqual([[3], [2]]);
    expect(seen).toEqual([0, 1]);
    expect(drawn.facePsnr!).toBeGreaterThan(still.facePsnr!);
  });

  it('is judged by what surrounds the face apart from the face', async () => {
    const [pair] = turnedPairs(person, 'the other way');
    const { truth } = pair!;
    const y = truth.frame.y.slice();
    for (const i of aroundRegion(truth.face.points, truth.frame.width)) y[i] = 255 - y[i]!;
    const strange = { ...truth, frame: { ...truth.frame, y } };
    const scored = (wanted: ClipFrame) =>
      reproduceTurned(
        { pairs: [{ ...pair!, truth: wanted }], contender: STATIC },
        { tracker: new ToldTracker([wanted]), space },
        () => undefined,
      );
    const [like, unlike] = [await scored(truth), await scored(strange)];
    expect(unlike.facePsnr).toBe(like.facePsnr);
    expect(unlike.aroundPsnr!).toBeLessThan(like.aroundPsnr! - 3);
  });
});
