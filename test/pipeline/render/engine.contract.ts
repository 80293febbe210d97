import { describe, expect, it } from 'vitest';
import { EYES } from '../../../src/pipeline/landmark/face-topology.ts';
import type { AvatarFrame } from '../../../src/pipeline/picture.ts';
import type { Engine, Example, Renderer } from '../../../src/pipeline/render/engine.ts';
import { MAX_EXAMPLES, RENDER_EFFORTS } from '../../../src/pipeline/render/engine.ts';
import { exampleOf, facePoints, paintedExample, poseOf, type Rgb } from './painted-face.ts';

/** Y, U, V at a place given in fractions of the side. */
function colourAt(frame: AvatarFrame, x: number, y: number): [number, number, number] {
  const px = Math.round(x * frame.width - 0.5);
  const py = Math.round(y * frame.height - 0.5);
  const chroma = (py >> 1) * (frame.width / 2) + (px >> 1);
  return [frame.y[py * frame.width + px]!, frame.u[chroma]!, frame.v[chroma]!];
}

/** BT.601 limited range. */
function yuvOf([r, g, b]: Rgb): [number, number, number] {
  return [
    16 + 0.256788 * r + 0.504129 * g + 0.097906 * b,
    128 - 0.148223 * r - 0.290993 * g + 0.439216 * b,
    128 + 0.439216 * r - 0.367788 * g - 0.071427 * b,
  ];
}

function chromaDistance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[1]! - b[1]!, a[2]! - b[2]!);
}

function lumaOf({ rgba, width, height }: Example['picture']): Float64Array {
  return Float64Array.from({ length: width * height }, (_, i) => {
    return yuvOf([rgba[4 * i]!, rgba[4 * i + 1]!, rgba[4 * i + 2]!])[0];
  });
}

function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / (sum + 1e-9));
}

/** Centre of the pixels that are as green as the dot. */
function dotIn(frame: AvatarFrame): { x: number; y: number; pixels: number } {
  const half = frame.width / 2;
  let [x, y, pixels] = [0, 0, 0];
  for (let i = 0; i < half * half; i++) {
    if (frame.u[i]! > 105 || frame.v[i]! > 95) continue;
    x += i % half;
    y += Math.floor(i / half);
    pixels++;
  }
  return { x: (x / pixels + 0.5) / half, y: (y / pixels + 0.5) / half, pixels };
}

function copyOf({ width, height, y, u, v }: AvatarFrame): AvatarFrame {
  return { width, height, y: y.slice(), u: u.slice(), v: v.slice() };
}

/** Whether a place, fractions of the side, lies in the box around an eye's opening. */
function isAtEye(points: Float32Array, size: number, x: number, y: number): boolean {
  return EYES.some(({ upper, lower }) => {
    const within = (axis: number, value: number) => {
      const values = [...upper, ...lower].map((i) => points[3 * i + axis]!);
      return value >= Math.min(...values) - 1 / size && value <= Math.max(...values) + 1 / size;
    };
    return within(0, x) && within(1, y);
  });
}

/** What every engine owes those who call it, whatever it draws with. @param SIZE of the pictures that it is to draw. */
export function describeEngine<Enrolled>(engine: Engine<Enrolled>, SIZE = 256): void {
  const opened = async (...examples: Example[]): Promise<Renderer> =>
    engine.open(await engine.enrol(examples), { size: SIZE, mark: false });

  describe(`the ${engine.name} engine`, () => {
    it('reproduces the example in its neutral pose', async () => {
      const example = paintedExample({}, { size: SIZE });
      const identity = await engine.enrol([example]);
      const renderer = await engine.open(identity, { size: SIZE, mark: false });
      const frame = await renderer.render(engine.neutral(identity));
      expect(psnr(frame.y, lumaOf(example.picture))).toBeGreaterThan(27);
    });

    it('moves what is on the face along with the landmarks', async () => {
      const points = facePoints();
      const dot = [points[3 * 50]!, points[3 * 50 + 1]!] as const;
      const renderer = await opened(paintedExample({}, { dot }));
      const moved = facePoints({ x: 0.54, y: 0.4, roll: 12 });
      const { x, y, pixels } = dotIn(await renderer.render(poseOf(moved)));
      expect(pixels).toBeGreaterThan(4);
      expect(Math.abs(x - moved[3 * 50]!) * SIZE).toBeLessThan(1.5);
      expect(Math.abs(y - moved[3 * 50 + 1]!) * SIZE).toBeLessThan(1.5);
    });

    it('holds the border of the picture still while the head moves', async () => {
      const renderer = await opened(paintedExample());
      const before = copyOf(await renderer.render(poseOf(facePoints())));
      const after = await renderer.render(poseOf(facePoints({ yaw: 25, roll: 10, x: 0.54 })));
      for (let i = 0; i < SIZE; i++) {
        for (const p of [i, (SIZE - 1) * SIZE + i, i * SIZE, i * SIZE + SIZE - 1]) {
          expect(Math.abs(after.y[p]! - before.y[p]!)).toBeLessThanOrEqual(4);
        }
      }
      expect(psnr(after.y, before.y)).toBeLessThan(30);
    });

    it.each([-35, -20, 20, 35])(
      'never turns a part of the face inside out at %i° of yaw',
      async (yaw) => {
        // A ramp from left to right: wherever it falls, the picture runs backwards.
        const ramp = exampleOf(facePoints(), SIZE, (x) => [x * 255, x * 255, x * 255]);
        const turned = facePoints({ yaw });
        const frame = await (await opened(ramp)).render(poseOf(turned));
        let reversals = 0;
        for (let y = Math.floor(turned[3 * 10 + 1]! * SIZE); y < turned[3 * 152 + 1]! * SIZE; y++) {
          for (let x = 1; x < SIZE; x++) {
            // Eyeballs are no part of the mesh: they look where they looked, or elsewhere.
            if (isAtEye(turned, SIZE, x / SIZE, y / SIZE)) continue;
            if (frame.y[y * SIZE + x]! < frame.y[y * SIZE + x - 1]! - 3) reversals++;
          }
        }
        // A finer picture shows a pixel or two of the edge where one part of a turned face hides another.
        expect(reversals).toBeLessThanOrEqual(2 * (SIZE / 256 - 1));
      },
    );

    it('fills an opening mouth with something else than lip', async () => {
      const renderer = await opened(paintedExample());
      const open = facePoints({ jaw: 0.35 });
      const frame = await renderer.render(poseOf(open));
      const place = (share: number): [number, number] => [
        open[3 * 13]! * (1 - share) + open[3 * 14]! * share,
        open[3 * 13 + 1]! * (1 - share) + open[3 * 14 + 1]! * share,
      ];
      const lip = colourAt(frame, ...place(1.15));
      const inside = Array.from({ length: 19 }, (_, i) => colourAt(frame, ...place((i + 1) / 20)));
      expect(Math.min(...inside.map(([y]) => y))).toBeLessThan(lip[0] - 20);
      expect(chromaDistance(inside[9]!, lip)).toBeGreaterThan(8);
    });

    it('shows the open mouth of another example where there is one', async () => {
      const open = paintedExample({ jaw: 0.35 });
      const renderer = await opened(paintedExample(), open);
      const points = facePoints({ jaw: 0.33 });
      const pose = poseOf(points);
      let frame = await renderer.render(pose);
      for (let i = 0; i < 20; i++) frame = await renderer.render(pose);
      const x = (points[3 * 13]! + points[3 * 14]!) / 2;
      const y = (points[3 * 13 + 1]! + points[3 * 14 + 1]!) / 2;
      const [luma] = colourAt(frame, x, y);
      expect(Math.abs(luma - yuvOf([40, 10, 10])[0])).toBeLessThan(8);
    });

    it('covers the iris when the eyes shut', async () => {
      const renderer = await opened(paintedExample());
      const iris = yuvOf([20, 60, 190]);
      const at = (points: Float32Array, frame: AvatarFrame) =>
        colourAt(frame, points[3 * 473]!, points[3 * 473 + 1]!);
      const open = facePoints();
      expect(chromaDistance(at(open, await renderer.render(poseOf(open))), iris)).toBeLessThan(12);
      const shut = facePoints({ shut: 1 });
      expect(chromaDistance(at(shut, await renderer.render(poseOf(shut))), iris)).toBeGreaterThan(
        40,
      );
    });

    it('turns the iris with the gaze', async () => {
      const renderer = await opened(paintedExample());
      const points = facePoints();
      for (let i = 468; i < 478; i++) points[3 * i]! += 0.018;
      const frame = await renderer.render(poseOf(points));
      const iris = yuvOf([20, 60, 190]);
      const [x, y] = [points[3 * 473]!, points[3 * 473 + 1]!];
      expect(chromaDistance(colourAt(frame, x, y), iris)).toBeLessThan(15);
      expect(chromaDistance(colourAt(frame, x - 0.03, y), iris)).toBeGreaterThan(35);
    });

    it.each([1, 2, 4, MAX_EXAMPLES])('takes %i examples', async (count) => {
      const examples = Array.from({ length: count }, (_, i) =>
        paintedExample({ yaw: (i - 1) * 6, jaw: i * 0.03 }),
      );
      const frame = await (await opened(...examples)).render(poseOf(facePoints({ yaw: 5 })));
      expect(frame.y.length).toBe(SIZE * SIZE);
    });

    it('refuses an identity of no examples or too many', async () => {
      await expect(engine.enrol([])).rejects.toMatchObject({ code: 'enrol_no_examples' });
      const example = paintedExample({}, { size: 64 });
      await expect(engine.enrol(Array(MAX_EXAMPLES + 1).fill(example))).rejects.toMatchObject({
        code: 'enrol_bad_example',
      });
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e9])(
      'refuses a pose with a %d in it and goes on',
      async (bad) => {
        const renderer = await opened(paintedExample());
        const pose = poseOf(facePoints({ yaw: 5 }));
        const before = copyOf(await renderer.render(pose));
        const points = facePoints();
        points[700] = bad;
        await expect(renderer.render(poseOf(points))).rejects.toMatchObject({
          code: 'render_failed',
        });
        await expect(renderer.render(poseOf(points.subarray(3)))).rejects.toMatchObject({
          code: 'render_failed',
        });
        expect(await renderer.render(pose)).toEqual(before);
      },
    );

    it('keeps to limited range, whatever the picture', async () => {
      const shrill = exampleOf(facePoints(), SIZE, (x, y) =>
        Math.floor(x * 40) % 2 ? [255, 255, 255] : Math.floor(y * 40) % 2 ? [255, 0, 0] : [0, 0, 0],
      );
      const frame = await (await opened(shrill)).render(poseOf(facePoints({ yaw: 15, jaw: 0.2 })));
      // One step beyond, for rounding.
      for (const [plane, most] of [
        [frame.y, 236],
        [frame.u, 241],
        [frame.v, 241],
      ] as const) {
        expect(plane.every((value) => value >= 15 && value <= most)).toBe(true);
      }
    });

    it('draws a face that its picture shows only in part', async () => {
      const renderer = await opened(paintedExample({ x: 0.9, y: 0.1, scale: 0.5 }));
      const frame = await renderer.render(poseOf(facePoints({ yaw: 5 })));
      expect(frame.y.length).toBe(SIZE * SIZE);
    });

    it('draws the same for the same poses, and after a reset as if new', async () => {
      const identity = await engine.enrol([paintedExample(), paintedExample({ jaw: 0.3 })]);
      const poses = [0, 0.1, 0.3].map((jaw) => poseOf(facePoints({ jaw, yaw: jaw * 40 })));
      const draw = async (renderer: Renderer) => {
        const frames = [];
        for (const pose of poses) frames.push(copyOf(await renderer.render(pose)));
        return frames;
      };
      const renderer = await engine.open(identity, { size: SIZE, mark: true });
      const first = await draw(renderer);
      expect(await draw(await engine.open(identity, { size: SIZE, mark: true }))).toEqual(first);
      renderer.reset();
      expect(await draw(renderer)).toEqual(first);
    });

    it('marks the picture as synthetic when told to, and only a corner of it', async () => {
      const identity = await engine.enrol([paintedExample()]);
      const pose = engine.neutral(identity);
      const drawn = async (mark: boolean) =>
        (await engine.open(identity, { size: SIZE, mark })).render(pose);
      const plain = copyOf(await drawn(false));
      const marked = await drawn(true);
      const changed = [...marked.y.keys()].filter((i) => marked.y[i] !== plain.y[i]);
      expect(changed.length).toBeGreaterThan(100);
      expect(changed.every((i) => i % SIZE > SIZE * 0.8 && i / SIZE > SIZE * 0.8)).toBe(true);
      const lumas = changed.map((i) => marked.y[i]!);
      expect(Math.max(...lumas) - Math.min(...lumas)).toBeGreaterThan(120);
    });

    it('continues the motion for one frame without a pose, then holds', async () => {
      const points = facePoints();
      const dot = [points[3 * 50]!, points[3 * 50 + 1]!] as const;
      const renderer = await opened(paintedExample({}, { dot }));
      const at = (x: number) => poseOf(facePoints({ x }));
      await renderer.render(at(0.5));
      const before = dotIn(await renderer.render(at(0.51))).x;
      const once = dotIn(await renderer.fill(at(0.3))).x;
      // In 256ths of the picture.
      expect((once - before) * 256).toBeGreaterThan(1.5);
      expect((once - before) * 256).toBeLessThan(4);
      const twice = dotIn(await renderer.fill(at(0.3))).x;
      expect(Math.abs(twice - once) * 256).toBeLessThan(0.2);
    });

    it('draws the held pose where there is no past to continue', async () => {
      const identity = await engine.enrol([paintedExample()]);
      const pose = poseOf(facePoints({ yaw: 8 }));
      const options = { size: SIZE, mark: false };
      const rendered = copyOf(await (await engine.open(identity, options)).render(pose));
      expect(copyOf(await (await engine.open(identity, options)).fill(pose))).toEqual(rendered);
    });

    it('draws with each of the efforts that it says it has, the full one among them', async () => {
      const renderer = await opened(paintedExample());
      const { efforts = ['full'] } = renderer;
      expect(efforts).toContain('full');
      const sorted = RENDER_EFFORTS.filter((effort) => efforts.includes(effort));
      expect(efforts).toEqual(sorted);
      const pose = poseOf(facePoints({ yaw: 5 }));
      const plain = copyOf(await renderer.render(pose));
      for (const effort of efforts) {
        renderer.reset();
        const frame = await renderer.render(pose, effort);
        expect(psnr(frame.y, plain.y)).toBeGreaterThan(20);
      }
    });

    it('knows what an identity weighs', async () => {
      const one = engine.bytes(await engine.enrol([paintedExample()]));
      const two = engine.bytes(await engine.enrol([paintedExample(), paintedExample({ yaw: 8 })]));
      expect(one).toBeGreaterThan(0);
      // A picture of four bytes a pixel, at the side that engines sample from.
      expect(two - one).toBeGreaterThanOrEqual(4 * 1024 ** 2);
    });

    it('refuses to render once closed', async () => {
      const renderer = await opened(paintedExample());
      renderer.close();
      await expect(renderer.render(poseOf(facePoints()))).rejects.toMatchObject({
        code: 'render_failed',
      });
    });
  });
}
