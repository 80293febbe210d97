import { describe, expect, it } from 'vitest';
import { exampleHeld, heldToSkin } from '../../../bench/quality/held-clip.ts';
import { meshOf, speckledFrame } from '../../pipeline/landmark/skin/speckled-face.ts';

const FACE = meshOf();
const CHEEK = 3 * 50;
const PICTURE = { frame: speckledFrame(), face: FACE, enrolled: FACE };

describe('frames that are held to the skin of the picture they are drawn from', () => {
  it('drive where the picture has it, and keep what the tracker found', () => {
    const moved = { frame: speckledFrame({ x: 4 }), face: FACE };
    const [first, second] = heldToSkin([PICTURE, moved, moved, moved], PICTURE).slice(-2);
    for (const { face, driver } of [first!, second!]) {
      expect(face).toBe(FACE);
      expect(driver!.points[CHEEK]! - FACE.points[CHEEK]!).toBeGreaterThan(3.5);
    }
  });

  it('begin with what enrolment found in the picture, not with what the tracker did', () => {
    const points = FACE.points.slice();
    points[CHEEK]! += 3;
    const tracked = { ...PICTURE, face: { ...FACE, points } };
    const [, , last] = heldToSkin([tracked, tracked, tracked], tracked);
    expect(last!.driver!.points[CHEEK]! - FACE.points[CHEEK]!).toBeLessThan(1);
  });

  it('serve as examples on whose skin points lie as on the picture', () => {
    const other = { frame: speckledFrame({ x: 4 }), face: FACE, enrolled: FACE };
    const { enrolled } = exampleHeld(other, PICTURE);
    expect(enrolled!.points[CHEEK]! - FACE.points[CHEEK]!).toBeGreaterThan(3.5);
    expect(exampleHeld(PICTURE, PICTURE)).toBe(PICTURE);
  });
});
