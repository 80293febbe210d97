import { describe, expect, it } from 'vitest';
import { LIPS_INNER } from '../../../../src/pipeline/landmark/face-topology.ts';
import { OpeningFrame } from '../../../../src/pipeline/render/warp/opening-frame.ts';
import { type Bite, PaintedMouth } from '../../../../src/pipeline/render/warp/painted-mouth.ts';
import { facePoints } from '../painted-face.ts';

const PALATE = {
  teeth: Float32Array.of(210, 124, 134),
  tongue: Float32Array.of(120, 118, 160),
  cavity: Float32Array.of(60, 120, 150),
};

/** A mouth of a face whose outer eye corners are 150 pixels apart; `jaw` as in facePoints. */
function mouth(jaw: number, bite: Partial<Bite> = {}) {
  const points = facePoints({ jaw });
  const unit = 150;
  const scale = unit / Math.hypot(points[99]! - points[789]!, points[100]! - points[790]!);
  const frame = new OpeningFrame(LIPS_INNER).fit(points, scale, 0);
  const painted = new PaintedMouth(PALATE);
  const whole: Bite = {
    centre: 0.5,
    upperEdge: frame.upper(0.5),
    lowerEdge: frame.lower(0.5),
    unit,
    bared: 1,
    stretched: 0,
    ...bite,
  };
  /** The luma at a share of the width and of the gap there. */
  const at = (along: number, depth: number, teethShare = 1) => {
    const colour = new Float32Array(3);
    const [upper, lower] = [frame.upper(along), frame.lower(along)];
    const across = upper + (lower - upper) * depth;
    painted.paint(frame, whole, { along, across, upper, lower }, teethShare, colour);
    return colour[0]!;
  };
  return { at, frame, unit };
}

describe('a painted mouth', () => {
  it('has a tongue that is lit in the middle, and falls off into the dark to its sides and its back', () => {
    const { at } = mouth(0.6);
    expect(at(0.5, 0.75)).toBeGreaterThan(at(0.5, 0.3) + 10);
    expect(at(0.5, 0.75)).toBeGreaterThan(at(0.06, 0.5) + 20);
    expect(at(0.06, 0.5)).toBeLessThan(PALATE.cavity[0]!);
  });

  it('is the lighter inside the wider it is open', () => {
    expect(mouth(0.6).at(0.1, 0.3, 0)).toBeGreaterThan(mouth(0.15).at(0.1, 0.3, 0) + 3);
  });

  it('has upper teeth under the upper lip, none behind pursed lips, and none where they come from elsewhere', () => {
    const shown = { upperEdge: mouth(0.3).frame.upper(0.5) + 6 };
    expect(mouth(0.3, shown).at(0.5, 0.1)).toBeGreaterThan(140);
    expect(mouth(0.3, { ...shown, bared: 0 }).at(0.5, 0.1)).toBeLessThan(110);
    expect(mouth(0.3, shown).at(0.5, 0.1, 0)).toBeLessThan(110);
  });

  it('bares the lower teeth where the lip is drawn wide and down, else no more than their rim', () => {
    const { frame, unit } = mouth(0.6);
    expect(frame.height / unit).toBeGreaterThan(0.4);
    const above = 0.07 * unit;
    const depth = 1 - above / (frame.lower(0.5) - frame.upper(0.5));
    const chin = { lowerEdge: frame.lower(0.5) - 0.05 * unit };
    expect(mouth(0.6, { ...chin, stretched: 1 }).at(0.5, depth)).toBeGreaterThan(130);
    expect(mouth(0.6, { ...chin, stretched: 0 }).at(0.5, depth)).toBeLessThan(120);
  });

  it('bug: has no teeth right up to its corners', () => {
    const shown = { upperEdge: mouth(0.3).frame.upper(0.5) + 12 };
    expect(mouth(0.3, shown).at(0.1, 0.1)).toBeGreaterThan(PALATE.tongue[0]!);
    expect(mouth(0.3, shown).at(0.02, 0.1)).toBeLessThan(PALATE.cavity[0]!);
  });

  it('bug: has a tongue with a round tip and a groove down its middle, no flat pad', () => {
    const { at } = mouth(0.6);
    // By the lip it is there in the middle alone.
    expect(at(0.5, 0.98, 0)).toBeGreaterThan(at(0.24, 0.98, 0) + 8);
    expect(at(0.5, 0.6, 0)).toBeLessThan(at(0.58, 0.6, 0) - 1);
  });

  it('changes nowhere by a step, as the jaw drops', () => {
    let before = mouth(0.1).at(0.4, 0.5);
    for (let jaw = 0.11; jaw < 0.7; jaw += 0.01) {
      const now = mouth(jaw).at(0.4, 0.5);
      expect(Math.abs(now - before)).toBeLessThan(12);
      before = now;
    }
  });
});
