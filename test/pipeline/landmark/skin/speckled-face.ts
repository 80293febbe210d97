import { CANONICAL_FACE } from '../../../../src/pipeline/landmark/canonical-face.ts';
import type { FaceLandmarks } from '../../../../src/pipeline/landmark/landmarks.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';

export const SIDE = 320;
/** Pixels between the outer corners of the eyes. */
export const EYES = 112;

/** Where the camera has the face's skin, against where the mesh lies, in pixels; and what light falls on it. */
export interface Speckled {
  readonly x?: number;
  readonly y?: number;
  readonly gain?: number;
  readonly offset?: number;
  /** Whose skin it is. */
  readonly seed?: number;
  /** 0…1: how strong the pattern is. */
  readonly pattern?: number;
}

/** Smooth noise that a seed decides: some waves in all directions, a few cells long. */
function speckles(seed: number): (x: number, y: number) => number {
  const waves = Array.from({ length: 24 }, (_, i) => {
    const angle = (i + seed * 7.1) * 2.399963;
    const length = 14 + ((i * 5 + seed * 3) % 17);
    const turn = (2 * Math.PI) / length;
    return { x: Math.cos(angle) * turn, y: Math.sin(angle) * turn, phase: i * i + seed };
  });
  return (x, y) =>
    waves.reduce((sum, wave) => sum + Math.sin(x * wave.x + y * wave.y + wave.phase), 0) / 5;
}

/** A picture full of skin. */
export function speckledFrame({
  x: right = 0,
  y: down = 0,
  gain = 1,
  offset = 0,
  seed = 1,
  pattern = 1,
}: Speckled = {}): CameraFrame {
  const at = speckles(seed);
  const y = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < y.length; i++) {
    const value = at((i % SIDE) - right, Math.floor(i / SIDE) - down);
    y[i] = Math.round(Math.min(255, Math.max(0, 120 + offset + 40 * gain * pattern * value)));
  }
  const chroma = new Uint8Array((SIDE / 2) ** 2).fill(128);
  return {
    width: SIDE,
    height: SIDE,
    y,
    u: chroma,
    v: chroma,
    strideY: SIDE,
    strideUv: SIDE / 2,
    fullRange: false,
    rotation: 0,
  };
}

/** The average face in the middle of such a picture. @param yaw radians to the picture's right. */
export function meshOf(yaw = 0): FaceLandmarks {
  const points = new Float32Array(CANONICAL_FACE.length);
  for (let i = 0; i < points.length; i += 3) {
    const [x, y, z] = [CANONICAL_FACE[i]!, CANONICAL_FACE[i + 1]!, CANONICAL_FACE[i + 2]!];
    points[i] = SIDE / 2 + EYES * (x * Math.cos(yaw) - z * Math.sin(yaw));
    points[i + 1] = SIDE / 2 + EYES * (y - 0.3);
    points[i + 2] = EYES * (x * Math.sin(yaw) + z * Math.cos(yaw));
  }
  return { points, count: 478, presence: 1, pictureWidth: SIDE, pictureHeight: SIDE };
}
