import { expect, it } from 'vitest';
import { EYES } from '../../../../src/pipeline/landmark/face-topology.ts';
import type { Example } from '../../../../src/pipeline/render/engine.ts';
import { warpEngine } from '../../../../src/pipeline/render/warp/warp-engine.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const SIZE = 256;

/** Wide open eyes in red that look far aside, as a tracker sees them: not quite so far. */
function lookingAside(): Example {
  const { picture, landmarks } = paintedExample({ shut: -0.5 });
  const points = landmarks.points.slice();
  const rgba = picture.rgba.slice();
  for (const { iris, upper, lower } of EYES) {
    for (let k = iris; k < iris + 5; k++) points[3 * k]! += 0.025 * SIZE;
    const ring = [...upper, ...lower];
    const xs = ring.map((i) => points[3 * i]!);
    const ys = ring.map((i) => points[3 * i + 1]!);
    for (let y = Math.floor(Math.min(...ys)); y < Math.max(...ys); y++)
      for (let x = Math.floor(Math.min(...xs)); x < Math.max(...xs); x++)
        rgba.set([250, 0, 0], (y * SIZE + x) * 4);
  }
  return { picture: { ...picture, rgba }, landmarks: { ...landmarks, points } };
}

it('bug: eyes that look aside in one example no longer look aside in every frame', async () => {
  const examples = [paintedExample({}), lookingAside()];
  const engine = warpEngine();
  const enrolled = await engine.enrol(examples);
  const renderer = await engine.open(enrolled, { size: SIZE, mark: false });
  const points = facePoints({});
  const { v } = await renderer.render(poseOf(points));
  for (const { iris } of EYES) {
    const x = Math.round((points[3 * iris]! * SIZE) / 2);
    const y = Math.round((points[3 * iris + 1]! * SIZE) / 2);
    // Red would be 200 and more; the painted irises are blue.
    expect(v[(y * SIZE) / 2 + x]!).toBeLessThan(140);
  }
  renderer.close();
});

/** Half shut eyes whose white is grey in the lids' shadow but for a bright rim, with skin behind their irises. */
function squinting(): Example {
  const { picture, landmarks } = paintedExample({ shut: 0.5 });
  const rgba = picture.rgba.slice();
  for (const { iris, upper, lower } of EYES) {
    const ring = [...upper, ...lower];
    const [xs, ys] = [0, 1].map((axis) => ring.map((i) => landmarks.points[3 * i + axis]!));
    const [left, right] = [Math.min(...xs!), Math.max(...xs!)];
    const centre = landmarks.points[3 * iris]!;
    for (let y = Math.floor(Math.min(...ys!)); y <= Math.max(...ys!); y++) {
      for (let x = Math.floor(left); x <= right; x++) {
        const aside = Math.abs(x - centre) / (right - left);
        const colour =
          aside < 0.18 ? [40, 60, 150] : x < centre ? [190, 140, 120] : [215, 215, 220];
        rgba.set(colour, (y * SIZE + x) * 4);
      }
    }
  }
  return { picture: { ...picture, rgba }, landmarks };
}

it('bug: skin is no longer drawn where the iris of a half shut eye has gone', async () => {
  const engine = warpEngine();
  const renderer = await engine.open(await engine.enrol([squinting()]), {
    size: SIZE,
    mark: false,
  });
  const points = facePoints({ shut: -0.3 }).slice();
  for (const { iris, upper } of EYES) {
    const towards = 0.3 * Math.abs(points[3 * upper.at(-1)!]! - points[3 * upper[0]!]!);
    for (let k = iris; k < iris + 5; k++) points[3 * k]! += towards;
  }
  const { y, v } = await renderer.render(poseOf(points));
  for (const { upper, lower } of EYES) {
    const [a, b] = [upper[0]!, upper.at(-1)!];
    const middle = upper[Math.floor(upper.length / 2)]!;
    const below = lower[Math.floor(lower.length / 2)]!;
    // A quarter of the way from the corner that the iris looks away from.
    const from = points[3 * a]! < points[3 * b]! ? a : b;
    const to = from === a ? b : a;
    const px = Math.round((points[3 * from]! * 0.72 + points[3 * to]! * 0.28) * SIZE);
    const py = Math.round((points[3 * middle + 1]! * 0.4 + points[3 * below + 1]! * 0.6) * SIZE);
    expect(y[py * SIZE + px]!).toBeGreaterThan(165);
    // The skin's is 146 here.
    expect(v[((py >> 1) * SIZE) / 2 + (px >> 1)]!).toBeLessThan(134);
  }
  renderer.close();
});

/** Open eyes with black lashes along their upper lids. */
function lashed(): Example {
  const { picture, landmarks } = paintedExample({});
  const rgba = picture.rgba.slice();
  for (const { upper } of EYES) {
    for (let k = 0; k + 1 < upper.length; k++) {
      const [from, to] = [3 * upper[k]!, 3 * upper[k + 1]!];
      for (let t = 0; t <= 1; t += 0.02) {
        const [x, y] = [0, 1].map(
          (axis) => landmarks.points[from + axis]! * (1 - t) + landmarks.points[to + axis]! * t,
        );
        for (const above of [0, 1, 2]) {
          rgba.set([10, 10, 10], ((Math.floor(y!) - above) * SIZE + Math.floor(x!)) * 4);
        }
      }
    }
  }
  return { picture: { ...picture, rgba }, landmarks };
}

it('bug: no white line is left between lids that are all but shut', async () => {
  const engine = warpEngine();
  const renderer = await engine.open(await engine.enrol([lashed()]), { size: SIZE, mark: false });
  const points = facePoints({ shut: 0.7 });
  const { y } = await renderer.render(poseOf(points));
  for (const { upper, lower } of EYES) {
    for (const k of [2, 6]) {
      const middle = (axis: number) =>
        ((points[3 * upper[k]! + axis]! + points[3 * lower[k]! + axis]!) / 2) * SIZE;
      // The white beside the iris is 222, the skin around the eye 158.
      expect(y[Math.floor(middle(1)) * SIZE + Math.floor(middle(0))]!).toBeLessThan(158);
    }
  }
  renderer.close();
});

it('bug: an iris that looks far aside stays in sight by more than its half', async () => {
  const size = 512;
  const engine = warpEngine();
  const renderer = await engine.open(await engine.enrol([paintedExample({})]), {
    size,
    mark: false,
  });
  const points = facePoints({}).slice();
  const xOf = (i: number) => points[3 * i]! * size;
  for (const { iris } of EYES) for (let k = iris; k < iris + 5; k++) points[3 * k]! += 0.1;
  const { y } = await renderer.render(poseOf(points));
  for (const { iris, upper, lower } of EYES) {
    const [from, to] = [xOf(upper[0]!), xOf(upper.at(-1)!)];
    const row = Math.round(((points[3 * upper[4]! + 1]! + points[3 * lower[4]! + 1]!) / 2) * size);
    let dark = 0;
    for (let x = Math.floor(from); x < to; x++) if (y[row * size + x]! < 110) dark++;
    const width = Math.abs(xOf(iris + 1) - xOf(iris + 3));
    expect(dark / width).toBeGreaterThan(0.55);
  }
  renderer.close();
});
