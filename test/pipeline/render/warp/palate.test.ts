import { describe, expect, it } from 'vitest';
import { CANONICAL_FACE } from '../../../../src/pipeline/landmark/canonical-face.ts';
import { measureFace } from '../../../../src/pipeline/render/warp/face-features.ts';
import { palateOf } from '../../../../src/pipeline/render/warp/palate.ts';

const SIDE = 64;
const STRIDE = (SIDE + 2) * 4;
/** The lips lie below this row, nothing else that is looked at does. */
const MOUTH_FROM = 0.7;

type Yuv = readonly [y: number, u: number, v: number];

/** The palate of a face with skin and lips of one colour each. */
function palate(skin: Yuv, lips: Yuv) {
  const points = Float32Array.from(
    CANONICAL_FACE,
    (value, i) => (i % 3 < 2 ? 0.5 : 0) + 0.3 * value,
  );
  const memory = new Uint8Array(STRIDE * (SIDE + 2));
  for (let i = 0; i < memory.length; i += 4) {
    memory.set(i / STRIDE / SIDE > MOUTH_FROM ? lips : skin, i);
  }
  const texture = { memory, at: STRIDE + 4, side: SIDE };
  return palateOf({ source: 0, levels: [], points, features: measureFace(points) }, texture);
}

/** By how much redder than grey, as a share of its luma. */
const redness = (colour: Float32Array) => (colour[2]! - 128) / (colour[0]! - 16);

describe('a palate', () => {
  it('is redder than the skin in whose light it is, whatever colour the lips have', () => {
    const skin = [150, 110, 150] as const;
    const lips = [
      [110, 112, 172],
      [210, 126, 132],
      [120, 160, 110],
    ] as const;
    const tongues = lips.map((colour) => palate(skin, colour).tongue);
    for (const tongue of tongues) {
      expect(redness(tongue)).toBeGreaterThan(22 / 134 + 0.1);
      expect(tongue[1]).toBeLessThan(118);
      expect(tongue).toEqual(tongues[0]);
    }
  });

  it('is darker than the skin, and darkest where no light falls in', () => {
    const { tongue, cavity } = palate([150, 110, 150], [110, 112, 172]);
    expect(tongue[0]).toBeCloseTo(16 + 134 * 0.72, 0);
    expect(cavity[0]! - 16).toBeLessThan((tongue[0]! - 16) * 0.6);
    expect(redness(cavity)).toBeGreaterThan(redness(tongue));
  });

  it('is red in a pale face and in a blue one, and grey in a picture without colours', () => {
    for (const skin of [
      [215, 124, 134],
      [120, 170, 100],
    ] as const) {
      expect(redness(palate(skin, [120, 126, 132]).tongue)).toBeGreaterThan(0.2);
      expect(palate(skin, [120, 126, 132]).tongue[1]).toBeLessThanOrEqual(128);
    }
    const grey = palate([160, 128, 128], [110, 128, 128]);
    expect([...grey.tongue.subarray(1), ...grey.cavity.subarray(1)]).toEqual([128, 128, 128, 128]);
  });

  it('has teeth as bright as a brightly lit face, and no darker than others have where the skin is dark', () => {
    expect(palate([215, 122, 136], [180, 124, 140]).teeth[0]).toBeGreaterThan(215);
    expect(palate([60, 120, 140], [50, 120, 145]).teeth[0]).toBe(110);
  });
});
