import { describe, expect, it } from 'vitest';
import { LidTone } from '../../../../src/pipeline/render/warp/lid-tone.ts';
import { RIGHT_LID } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { OpeningFrame } from '../../../../src/pipeline/render/warp/opening-frame.ts';
import { facePoints } from '../painted-face.ts';

const SIDE = 512;
const STRIDE = (SIDE + 2) * 4;
const points = facePoints();
const rest = new OpeningFrame(RIGHT_LID).fit(points, SIDE, -0.5);
/** Halfway between the lids. */
const belowFrom = points[3 * RIGHT_LID.lower[4]! + 1]! * SIDE + 4;
const middleX = points[3 * RIGHT_LID.lower[4]!]! * SIDE;

type Yuv = readonly [y: number, u: number, v: number];

/** @returns what a place of the given colour between crease and brow is on the shut lid: `down` from crease to lashes. */
function shut(colourAt: (x: number, y: number) => Yuv, colour: Yuv, along = 0.5, down = 0.25) {
  const memory = new Uint8Array(STRIDE * (SIDE + 2));
  const at = STRIDE + 4;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) memory.set(colourAt(x, y), at + y * STRIDE + x * 4);
  }
  const out = Float32Array.from(colour);
  new LidTone(RIGHT_LID, rest, points, { memory, at, side: SIDE }).shut(out, along, down);
  return [...out].map(Math.round) as [number, number, number];
}

const LIT: Yuv = [160, 112, 152];
const SHADED: Yuv = [70, 122, 138];
const deepSet = (_x: number, y: number): Yuv => (y > belowFrom ? LIT : SHADED);

describe('the skin of a shut lid', () => {
  it('bug: comes into the light, however deep the shade that the brow throws over an open eye', () => {
    const [y, u, v] = shut(deepSet, SHADED);
    expect(y).toBeGreaterThan(16 + 0.75 * (LIT[0] - 16));
    expect(y).toBeLessThan(LIT[0]);
    // Of the colour that lit skin has.
    expect((v - 128) / (y - 16)).toBeCloseTo((LIT[2] - 128) / (LIT[0] - 16), 1);
    expect(u).toBeLessThan(120);
  });

  it('is as the picture shows it where that is lit as the skin below the eye', () => {
    expect(shut(() => LIT, LIT)).toEqual([...LIT]);
  });

  it('falls off into the shade at its corners, at the crease and towards the lashes', () => {
    const [middle] = shut(deepSet, SHADED);
    expect(shut(deepSet, SHADED, 0.03)[0]).toBeLessThan(SHADED[0] + 0.2 * (middle - SHADED[0]));
    expect(shut(deepSet, SHADED, 0.5, -0.5)[0]).toBeLessThan(middle - 40);
    expect(shut(deepSet, SHADED, 0.5, 1)[0]).toBeLessThan(middle - 20);
  });

  it('is lit from the side that the skin below is lit from', () => {
    const fromLeft = (x: number, y: number): Yuv =>
      y > belowFrom && x > middleX ? [120, 112, 152] : deepSet(x, y);
    const [left] = shut(fromLeft, SHADED, 0.35);
    const [right] = shut(fromLeft, SHADED, 0.65);
    expect(left).toBeGreaterThan(right + 15);
  });

  it('is not the hair of a brow that hangs over it', () => {
    expect(shut(() => LIT, [40, 128, 128])).toEqual([...LIT]);
  });
});
