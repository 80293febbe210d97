import { describe, expect, it } from 'vitest';
import { EYES, outline } from '../../../../src/pipeline/landmark/face-topology.ts';
import { CANVAS_SIDE, canvasPlace } from '../../../../src/pipeline/landmark/skin/canvas-place.ts';
import { SkinCanvas } from '../../../../src/pipeline/landmark/skin/skin-canvas.io.ts';
import type { CameraFrame } from '../../../../src/pipeline/picture.ts';
import { KIND, plainCover, plainDrawing, plainLight, plainReading } from './plain-canvas.ts';
import { canvasMesh, gaping, meshOf, speckledFrame } from './speckled-face.ts';

const PLACE = canvasPlace(meshOf().points);
const FACE = canvasMesh();
const [FIRST, SECOND] = [speckledFrame(), speckledFrame({ seed: 2 })];
const CHEEKS = [50, 280, 205, 425];

/** A canvas whose reference is the first frame and whose frame is the second. */
function furnished(): SkinCanvas {
  const canvas = new SkinCanvas();
  canvas.read(FIRST, PLACE);
  canvas.keep();
  canvas.read(SECOND, PLACE);
  return canvas;
}

const REFERENCE = plainReading(FIRST, PLACE);
const FRAME = plainReading(SECOND, PLACE);

/** The pixel nearest to a point of a mesh. */
const pixelAt = (mesh: Float32Array, i: number) =>
  Math.round(mesh[3 * i + 1]!) * CANVAS_SIDE + Math.round(mesh[3 * i]!);

/** The largest difference over some pixels, of all but a share of them. */
function apart(a: Float32Array, b: Float32Array, share = 0, among = [...a.keys()]): number {
  const off = among.map((at) => Math.abs(a[at]! - b[at]!)).sort((p, q) => q - p);
  return off[Math.floor(share * off.length)]!;
}

/** Grain without a pattern in rows that are longer than the picture is wide. */
function grain(width: number, height: number): CameraFrame {
  const strideY = width + 52;
  const y = Uint8Array.from({ length: strideY * height }, (_, i) =>
    i % strideY < width ? (i * 2654435761) >>> 24 : 255,
  );
  return { ...FIRST, width, height, strideY, y };
}

describe('the canvas that is read', () => {
  it.each([
    ['large', 0.2, 150.3, 101.3],
    ['a little large', 0.55, 160.3, 90.7],
    ['small', 1.7, 151.2, 98.6],
    ['half outside the picture', 0.9, -20.4, 190.1],
    ['wholly outside the picture', 0.9, 900.4, -700.7],
  ])(
    'is a mean of the pixels around, the nearer the more, of a face that is %s',
    (_, scale, x, y) => {
      const canvas = new SkinCanvas();
      const frame = grain(300, 200);
      canvas.read(frame, { x, y, scale });
      expect(apart(canvas.frame, plainReading(frame, { x, y, scale }))).toBeLessThan(0.05);
    },
  );

  it('has been read into anew by each frame', () => {
    const canvas = furnished();
    expect(apart(canvas.frame, FRAME)).toBeLessThan(0.05);
    canvas.read(FIRST, PLACE);
    expect(apart(canvas.frame, REFERENCE)).toBeLessThan(0.05);
  });

  it('keeps its reference when a frame is larger than those before', () => {
    const canvas = furnished();
    const large = grain(4000, 3000);
    canvas.read(large, { x: 2000, y: 1500, scale: 0.3 });
    expect(apart(canvas.frame, plainReading(large, { x: 2000, y: 1500, scale: 0.3 }))).toBeLessThan(
      0.1,
    );
    canvas.draw(FACE, FACE, 0);
    const plain = plainDrawing(plainCover(FACE, FACE), REFERENCE, canvas.frame, 0);
    expect(apart(canvas.drawn, plain, 0.005)).toBeLessThan(0.2);
  });

  it('is one face’s own', () => {
    const [one, other] = [furnished(), new SkinCanvas()];
    const before = one.frame.slice();
    other.read(FIRST, PLACE);
    expect(one.frame).toEqual(before);
    expect(apart(other.frame, before)).toBeGreaterThan(20);
  });
});

describe('the face that is drawn', () => {
  it('is the reference, in the frame’s light, where the mesh is, and the frame beyond it, with the points of the reference', () => {
    const canvas = furnished();
    canvas.draw(FACE, FACE, 0);
    const covered = plainCover(FACE, FACE);
    const { kinds } = covered;
    const lit = REFERENCE.map(plainLight(covered, REFERENCE, FRAME));
    const inOrOut = (...wanted: number[]) =>
      [...kinds.keys()].filter((at) => wanted.includes(kinds[at]!));
    const [mesh, beyond] = [inOrOut(KIND.skin, KIND.surroundings), inOrOut(KIND.none)];
    expect(mesh.length).toBeGreaterThan(10_000);
    expect(beyond.length).toBeGreaterThan(1000);
    expect(apart(canvas.drawn, lit, 0, mesh)).toBeLessThan(0.1);
    expect(apart(canvas.drawn, FRAME, 0, beyond)).toBeLessThan(0.1);
  });

  it.each([
    ['turned', canvasMesh({ yaw: 0.7 }), 0],
    ['turned far', canvasMesh({ yaw: -1.2 }), 0],
    ['half beyond the canvas', canvasMesh({ x: 90, y: -70 }), 0],
    ['open-mouthed', gaping(20), 1],
    ['about to speak', gaping(6), 0.4],
  ])('is what plain code draws when it is %s', (_, mesh, open) => {
    const canvas = furnished();
    canvas.draw(mesh, FACE, open);
    const plain = plainDrawing(plainCover(mesh, FACE), REFERENCE, FRAME, open);
    // Where a pixel lies on the edge of a triangle, rounding decides whose it is.
    expect(apart(canvas.drawn, plain, 0.005)).toBeLessThan(0.2);
    expect(apart(canvas.drawn, FRAME)).toBeGreaterThan(20);
  });

  it('hides what is farther behind what is nearer', () => {
    const shift = 30;
    const nose = [1, 4, 5, 19, 44, 274, 45, 275, 94, 2, 125, 354, 141, 370, 51, 281, 3, 248];
    const moved = (z: number) => {
      const mesh = FACE.slice();
      for (const i of nose) {
        mesh[3 * i]! += shift;
        mesh[3 * i + 2] = z;
      }
      const canvas = furnished();
      canvas.draw(mesh, FACE, 0);
      const lit = plainLight(plainCover(mesh, FACE), REFERENCE, FRAME);
      return [canvas.drawn[tip + shift]!, lit] as const;
    };
    const tip = pixelAt(FACE, 4);
    const [[nearer, lit], [farther, dim]] = [moved(-100), moved(300)];
    expect(nearer).toBeCloseTo(lit(REFERENCE[tip]!), 1);
    expect(farther).toBeCloseTo(dim(REFERENCE[tip + shift]!), 1);
    expect(Math.abs(REFERENCE[tip]! - REFERENCE[tip + shift]!)).toBeGreaterThan(5);
  });

  it('has nothing of what is seen from behind', () => {
    const canvas = furnished();
    canvas.draw(
      FACE.map((value, i) => (i % 3 ? value : CANVAS_SIDE - value)),
      FACE,
      0,
    );
    // Folds of the mesh around eyes and lips have their backs to the front already.
    expect(apart(canvas.drawn, FRAME, 0.01)).toBeLessThan(0.1);
    for (const i of CHEEKS)
      expect(canvas.drawn[pixelAt(FACE, i)]).toBeCloseTo(FRAME[pixelAt(FACE, i)]!, 1);
  });

  it('has eyes as the frame has them', () => {
    const canvas = furnished();
    canvas.draw(FACE, FACE, 0);
    for (const eye of EYES) {
      const corners = outline(eye);
      const mean = (k: number) =>
        Math.round(corners.reduce((sum, i) => sum + FACE[3 * i + k]!, 0) / corners.length);
      const at = mean(1) * CANVAS_SIDE + mean(0);
      expect(canvas.drawn[at]).toBeCloseTo(FRAME[at]!, 1);
      expect(Math.abs(REFERENCE[at]! - FRAME[at]!)).toBeGreaterThan(2);
    }
  });

  it('has as much of the frame between its lips as they are shut, and else how bright it is there', () => {
    const mesh = gaping(20);
    const canvas = furnished();
    const { kinds } = plainCover(mesh, FACE);
    const inside = [...kinds.keys()].filter((at) => kinds[at] === KIND.mouth);
    const mean = inside.reduce((sum, at) => sum + FRAME[at]!, 0) / inside.length;
    const drawn = (open: number) => {
      canvas.draw(mesh, FACE, open);
      return canvas.drawn.slice();
    };
    const row = [4, 8, 12].map((down) => pixelAt(mesh, 13) + down * CANVAS_SIDE);
    expect(row.every((at) => kinds[at] === KIND.mouth)).toBe(true);
    for (const at of row) {
      expect(drawn(0)[at]).toBeCloseTo(FRAME[at]!, 1);
      expect(drawn(0.5)[at]).toBeCloseTo((FRAME[at]! + mean) / 2, 0);
      expect(drawn(1)[at]).toBeCloseTo(mean, 0);
    }
  });
});
