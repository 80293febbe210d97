import { describe, expect, it } from 'vitest';
import { PoseTrail } from '../../../src/pipeline/render/pose-trail.ts';
import { facePoints, poseOf } from './painted-face.ts';

const at = (x: number) => poseOf(facePoints({ x }));

describe('a trail of poses', () => {
  it('goes on as fast as it last moved where a pose is missing', () => {
    const trail = new PoseTrail();
    trail.follow(at(0.5));
    trail.follow(at(0.52));
    expect(trail.goOn(at(0.1))[3]).toBeCloseTo(facePoints({ x: 0.54 })[3]!, 3);
  });

  it('takes the held pose where it has no past', () => {
    expect(new PoseTrail().goOn(at(0.4))).toEqual(facePoints({ x: 0.4 }));
  });

  it('stays as it was when a pose is refused', () => {
    const trail = new PoseTrail();
    trail.follow(at(0.5));
    trail.follow(at(0.52));
    const bad = facePoints();
    bad[9] = Number.NaN;
    expect(() => trail.follow(poseOf(bad))).toThrow(
      expect.objectContaining({ code: 'render_failed' }),
    );
    expect(trail.goOn(at(0.1))[3]).toBeCloseTo(facePoints({ x: 0.54 })[3]!, 3);
  });
});
