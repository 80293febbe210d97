import { describe, expect, it } from 'vitest';
import { RIGHT_EYE } from '../../../../src/pipeline/landmark/face-topology.ts';
import { eyeWhite } from '../../../../src/pipeline/render/warp/eye-white.ts';
import { OpeningFrame } from '../../../../src/pipeline/render/warp/opening-frame.ts';
import { facePoints } from '../painted-face.ts';

const SIDE = 512;
const STRIDE = (SIDE + 2) * 4;
const points = facePoints();
const frame = new OpeningFrame(RIGHT_EYE).fit(points, SIDE, -0.5);
const middle = [frame.x(0.5, 0), frame.y(0.5, frame.lower(0.5) / 2)] as const;

type Yuv = readonly [y: number, u: number, v: number];

function texture(colourAt: (x: number, y: number) => Yuv) {
  const memory = new Uint8Array(STRIDE * (SIDE + 2));
  const at = STRIDE + 4;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) memory.set(colourAt(x, y), at + y * STRIDE + x * 4);
  }
  return { memory, at, side: SIDE };
}

const iris = (radius: number) => ({ x: middle[0], y: middle[1], radius });

describe('the white of an eye', () => {
  it('is the brightest of what lies beside the iris', () => {
    const radius = frame.width * 0.15;
    const shown = texture((x, y) => {
      if (Math.hypot(x - middle[0], y - middle[1]) < radius) return [250, 90, 90];
      return x < middle[0] ? [120, 120, 140] : [190, 126, 131];
    });
    const white = eyeWhite(frame, iris(radius), shown);
    expect(white && [...white].map(Math.round)).toEqual([190, 126, 131]);
  });

  it('is not known of an eye that is all iris', () => {
    const shown = texture(() => [200, 128, 128]);
    expect(eyeWhite(frame, iris(frame.width), shown)).toBeUndefined();
  });
});
