import { describe, expect, it } from 'vitest';
import { CANONICAL_FACE } from '../../../../src/pipeline/pose/canonical-face.ts';
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
  return palateOf({ levels: [], points, features: measureFace(points) }, texture);
}

/** By how much redder than grey, as a share of its luma. */
const redness = (colour: Float32Array) => (colour[2]! - 128) / (colour[0]! - 16);

describe('a palate', () => {
  it('is as red as the lips of whom it is painted for', () => {
    const { tongue, cavity } = palate([150, 110, 150], [110, 112, 172]);
    expect(redness(tongue)).toBeGreaterThan(0.4);
    expect(redness(cavity)).toBeGreaterThan(0.4);
    expect(tongue[0]).toBeCloseTo(16 + 94 * 0.86, 0);
  });

  it('is red, and darker than the skin, behind lips that are pale or painted blue', () => {
    for (const lips of [
      [210, 126, 132],
      [120, 160, 110],
    ] as const) {
      const { tongue, cavity } = palate([215, 122, 136], lips);
      expect(redness(tongue)).toBeGreaterThan(0.25);
      expect(redness(cavity)).toBeGreaterThan(0.25);
      expect(tongue[1]).toBeLessThan(128);
      expect(tongue[0]).toBeLessThan(170);
    }
  });

  it('has teeth as bright as a brightly lit face, and no darker than others have where the skin is dark', () => {
    expect(palate([215, 122, 136], [180, 124, 140]).teeth[0]).toBeGreaterThan(215);
    expect(palate([60, 120, 140], [50, 120, 145]).teeth[0]).toBe(110);
  });
});
