import { describe, expect, it } from 'vitest';
import { chooseExamples, frameOf, measuredFrames, pictureOf } from '../../../bench/quality/clip.ts';
import { paintedClip, paintedFrame } from './painted-clip.ts';

describe('the examples of a clip', () => {
  it('begin with its first, and go on with what is least like those taken', () => {
    const shapes = [{}, { yaw: 2 }, { yaw: 25 }, { jaw: 0.3 }, { yaw: 24 }];
    const frames = shapes.map(paintedFrame);
    const chosen = chooseExamples(frames, 3).map((frame) => frames.indexOf(frame));
    expect(chosen[0]).toBe(0);
    expect(chosen.slice(1).sort()).toEqual([2, 3]);
  });

  it('are no more than there are', () => {
    expect(chooseExamples([paintedFrame({})], 8)).toHaveLength(1);
  });

  it('are not measured, nor are their neighbours', () => {
    const clip = paintedClip(12);
    const measured = measuredFrames(clip, [clip.frames[0]!, clip.frames[7]!]);
    expect(measured.flatMap((yes, i) => (yes ? [i] : []))).toEqual([3, 4, 10, 11]);
  });
});

describe('a picture as a frame', () => {
  it('comes back the same to within rounding where its colours do not change from pixel to pixel', () => {
    const rgba = new Uint8ClampedArray(8 * 8 * 4);
    for (let i = 0; i < rgba.length; i += 4) rgba.set([180, 120, 60, 255], i);
    const back = pictureOf(frameOf({ width: 8, height: 8, rgba })).rgba;
    for (let i = 0; i < rgba.length; i++) expect(Math.abs(back[i]! - rgba[i]!)).toBeLessThan(4);
  });
});
