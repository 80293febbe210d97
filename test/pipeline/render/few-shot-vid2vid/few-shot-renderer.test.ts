import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import type { Pose } from '../../../../src/pipeline/pose/pose.ts';
import {
  FewShotRenderer,
  sizesOf,
} from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import {
  FIELD_128,
  FIELD_256,
  FIELDS,
} from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { WarpRenderer } from '../../../../src/pipeline/render/warp/warp-renderer.ts';
import { facePoints, poseOf } from '../painted-face.ts';
import {
  copyOf,
  far,
  identity,
  isCorrected,
  meanDistance,
  options,
  plainly,
  poses,
  SIDE_MIDDLE,
  SIZE,
  SKIN_SEEN,
  scripted,
} from './scripted-network.ts';

const { plane: FIELD } = FIELD_128;

/** Places of a picture to the box around a face's outline: −1…1 within it, x and y. */
function inBox({ points }: Pose, at: number): [number, number] {
  const within = (axis: 0 | 1, place: number): number => {
    const all = FACE_OVAL.map((index) => points[3 * index + axis]! * SIZE);
    const [from, to] = [Math.min(...all), Math.max(...all)];
    return (2 * (place - from)) / (to - from) - 1;
  };
  return [within(0, at % SIZE), within(1, Math.floor(at / SIZE))];
}

const isOnFace = (pose: Pose, at: number): boolean => Math.hypot(...inBox(pose, at)) < 0.85;
const isBeside = (pose: Pose, at: number): boolean =>
  inBox(pose, at).some((place) => Math.abs(place) > 1.2);

/** Of a plane, the rows above the mouth, between whose lips less is added. */
const aboveMouth = (plane: Uint8Array): Uint8Array => plane.subarray(0, plane.length / 2);

describe('a renderer of few-shot vid2vid', () => {
  it('draws the warp to the last bit where the network has nothing to add', async () => {
    const renderer = new FewShotRenderer(identity, scripted({}), options);
    for (const [i, frame] of (await plainly()).entries()) {
      expect(copyOf(await renderer.render(poses[i]!))).toEqual(frame);
    }
    expect(renderer.degraded).toBe(0);
  });

  it('adds what the network hallucinates, within limited range', async () => {
    const [plain] = await plainly();
    const renderer = new FewShotRenderer(identity, scripted({ residual: 0.14 }), options);
    const frame = await renderer.render(poses[0]!);
    expect(Math.max(...frame.y)).toBe(235);
    expect(aboveMouth(frame.y).every((luma, at) => isCorrected(luma, plain!.y[at]!, 36))).toBe(
      true,
    );
    const beside = (plane: Uint8Array) => plane.filter((_, at) => isBeside(poses[0]!, at));
    const brighter = plain!.y.map((value) => Math.min(235, value + 36));
    expect(beside(frame.y)).toEqual(beside(brighter));
    const corner = { length: SIZE / 2 };
    expect(Array.from(corner, (_, at) => frame.u[at]! - plain!.u[at]!)).toEqual(
      Array.from(corner, () => 36),
    );
  });

  it('leaves most of what is between the lips to the warp, whose teeth are sharp', async () => {
    const [open] = poses as [Pose];
    const plain = copyOf(await new WarpRenderer(identity, options).render(open));
    const renderer = new FewShotRenderer(identity, scripted({ residual: 0.08 }), options);
    const frame = await renderer.render(open);
    const added = (point: number) => {
      const [x, y] = [open.points[3 * point]!, open.points[3 * point + 1]!];
      const at = Math.round(y * SIZE) * SIZE + Math.round(x * SIZE);
      return frame.y[at]! - plain.y[at]!;
    };
    const [upper, lower] = [open.points[3 * 13 + 1]!, open.points[3 * 14 + 1]!];
    const middle = Math.round(((upper + lower) / 2) * SIZE) * SIZE;
    const inside = middle + Math.round(open.points[3 * 13]! * SIZE);
    expect(frame.y[inside]! - plain.y[inside]!).toBeCloseTo(5, 0);
    expect(added(152)).toBeGreaterThanOrEqual(Math.floor(20 * SKIN_SEEN)); // the chin
  });

  it('leaves mouth and eyes to the warp where the only picture shows what they do, and not where they do something else', async () => {
    const places = ({ points }: Pose) =>
      [
        [14, 17], // in the red of the lower lip
        [145, 159],
        [374, 386],
      ].map((pair) => {
        const [x, y] = [0, 1].map((axis) =>
          pair.reduce((sum, i) => sum + points[3 * i + axis]! * (SIZE / 2), 0),
        );
        return Math.round(y!) * SIZE + Math.round(x!);
      });
    for (const [pose, isShown] of [
      [poseOf(facePoints()), true],
      [poses[0]!, false],
    ] as const) {
      const plain = copyOf(await new WarpRenderer(identity, options).render(pose));
      const renderer = new FewShotRenderer(identity, scripted({ residual: 0.1 }), options);
      const { y } = await renderer.render(pose);
      for (const at of places(pose)) {
        if (isShown) expect(y[at]).toBe(plain.y[at]);
        else expect(isCorrected(y[at]!, plain.y[at]!, 26)).toBe(true);
      }
    }
  });

  it('shows the previous output, moved along with the face, where the network says so', async () => {
    const plain = await plainly();
    const generator = scripted({ residual: 0.1 }, { previous: 1 });
    const renderer = new FewShotRenderer(identity, generator, options);
    await renderer.render(poses[0]!);
    const frame = await renderer.render(poses[1]!);
    const brighter = plain[1]!.y.map((value) => Math.min(235, value + 26));
    // It was brightened a frame ago, and stands where the face is now.
    expect(meanDistance(frame.y, brighter)).toBeLessThan(2);
    expect(meanDistance(frame.y, plain[1]!.y)).toBeGreaterThan(20);
  });

  it.each([
    ['not numbers', { residual: Number.NaN }],
    ['a share that is none', { previous: Number.NaN }],
    ['infinite', { flow: Number.POSITIVE_INFINITY }],
    ['beyond any picture', { residual: -3 }],
    ['a share above one', { previous: 1.5 }],
    ['a flow out of the picture', { flow: 0.4 }],
    ['another picture altogether', { residual: 0.4 }],
    ['a failure of the runtime', { fails: true }],
  ])('serves the warp where the answer is %s, and starts afresh', async (_, bad) => {
    const plain = await plainly();
    const generator = scripted({ residual: 0.02 }, { previous: 0.5 }, bad, {});
    const renderer = new FewShotRenderer(identity, generator, options);
    await renderer.render(poses[0]!);
    await renderer.render(poses[1]!);
    expect(copyOf(await renderer.render(poses[2]!))).toEqual(plain[2]);
    expect(renderer.degraded).toBe(1);
    expect(copyOf(await renderer.render(poses[3]!))).toEqual(plain[3]);
    // As a first frame: the warp in place of the previous output.
    const input = generator.inputs[3]!;
    expect(input.slice(12 * FIELD, 18 * FIELD)).toEqual(input.slice(0, 6 * FIELD));
    expect(renderer.degraded).toBe(1);
  });

  it('tells the network of the past, and of none after a reset', async () => {
    const generator = scripted({ residual: 0.05 });
    const renderer = new FewShotRenderer(identity, generator, options);
    await renderer.render(poses[0]!);
    await renderer.render(poses[1]!);
    renderer.reset();
    await renderer.render(poses[2]!);
    const previousIsWarp = ({ length }: Float32Array, at: number) => {
      const input = generator.inputs[at]!;
      expect(input.length).toBe(length);
      return input.subarray(12 * FIELD, 18 * FIELD).every((value, i) => value === input[i]);
    };
    const [first] = generator.inputs;
    expect([0, 1, 2].map((at) => previousIsWarp(first!, at))).toEqual([true, false, true]);
  });

  it('moves its last output of the face along with it where it is to do without the network', async () => {
    const generator = scripted({ residual: 0.1 });
    const renderer = new FewShotRenderer(identity, generator, options);
    await renderer.render(poses[0]!);
    const between = copyOf(await renderer.render(poses[1]!, 'between'));
    expect(generator.inputs).toHaveLength(1);
    const full = copyOf(await renderer.render(poses[1]!));
    const onFace = (plane: Uint8Array) => plane.filter((_, at) => isOnFace(poses[1]!, at));
    expect(onFace(full.y).length).toBeGreaterThan(0.05 * SIZE * SIZE);
    expect(meanDistance(onFace(between.y), onFace(full.y))).toBeLessThan(2);
  });

  it('draws what is beside the face afresh where it is to do without the network', async () => {
    const plain = await plainly();
    for (const effort of ['full', 'small'] as const) {
      const generator = { ...scripted({ residual: 0.1 }), windows: true };
      const renderer = new FewShotRenderer(identity, generator, options);
      await renderer.render(poses[0]!, effort);
      for (const i of [1, 2, 3]) {
        const { y } = await renderer.render(poses[i]!, 'between');
        const beside = (plane: Uint8Array) => plane.filter((_, at) => isBeside(poses[i]!, at));
        expect(beside(y).length).toBeGreaterThan(0.3 * SIZE * SIZE);
        expect(Buffer.compare(beside(y), beside(plain[i]!.y))).toBe(0);
      }
    }
  });

  it('draws the warp alone where it is to do no more, and forgets what it had', async () => {
    const plain = await plainly();
    const generator = scripted({ residual: 0.1 });
    const renderer = new FewShotRenderer(identity, generator, options);
    await renderer.render(poses[0]!);
    expect(copyOf(await renderer.render(poses[1]!, 'warp'))).toEqual(plain[1]);
    expect(copyOf(await renderer.render(poses[2]!, 'between'))).toEqual(plain[2]);
    expect(generator.inputs).toHaveLength(1);
    expect(renderer.degraded).toBe(0);
  });

  it('fills a late frame with no more effort than the one before it', async () => {
    const generator = { ...scripted({}), windows: true };
    const renderer = new FewShotRenderer(identity, generator, options);
    for (const [i, effort] of (['full', 'small', 'between', 'warp'] as const).entries()) {
      await renderer.render(poses[i]!, effort);
      const before = generator.inputs.length;
      await renderer.fill(poses[i]!);
      expect(generator.inputs.length - before).toBe(['full', 'small'].includes(effort) ? 1 : 0);
      if (before > 0) expect(generator.dims.at(-1)).toEqual(generator.dims[before - 1]);
    }
  });

  it('does not feed its own mark back', async () => {
    const inputs = async (mark: boolean) => {
      const generator = scripted({ previous: 0.5 });
      const renderer = new FewShotRenderer(identity, generator, { size: SIZE, mark });
      for (const pose of poses) await renderer.render(pose);
      return generator.inputs;
    };
    expect(await inputs(true)).toEqual(await inputs(false));
  });

  it.each(FIELDS.flatMap((field) => sizesOf(field).map((size) => ({ field, size }))))(
    'draws pictures of $size² as the warp does, on a field of $field.cells²',
    async ({ field, size }) => {
      const wanted = { size, mark: false };
      const plain = new WarpRenderer(identity, wanted);
      const generator = { ...scripted({ residual: 0.1 }), field };
      const renderer = new FewShotRenderer(identity, generator, wanted);
      for (const pose of poses.slice(0, 2)) {
        const warp = (await plain.render(pose)).y.slice();
        const { y } = await renderer.render(pose);
        expect(aboveMouth(y).every((luma, at) => isCorrected(luma, warp[at]!, 26))).toBe(true);
      }
    },
  );

  it.each([
    [FIELD_128, [64, 255, 300, 500, 1152]],
    [FIELD_256, [256, 384, 500, 640, 1152]],
  ])(
    'refuses pictures of other sides than its field is drawn to, and says which there are',
    (field, sizes) => {
      for (const size of sizes) {
        const generator = { ...scripted({}), field };
        expect(() => new FewShotRenderer(identity, generator, { size, mark: false })).toThrow(
          expect.objectContaining({ code: 'render_size_invalid', valid: sizesOf(field) }),
        );
      }
    },
  );

  it('gives a network that takes windows no more than the face and its surround', async () => {
    const generator = { ...scripted({ residual: 0.1 }), windows: true };
    const plain = copyOf(await new WarpRenderer(identity, options).render(far));
    const frame = await new FewShotRenderer(identity, generator, options).render(far);
    const [, channels, height = 0, width = 0] = generator.dims[0]!;
    expect(channels).toBe(32);
    expect(height * width).toBeLessThan(FIELD);
    const middle = SIDE_MIDDLE;
    expect(isCorrected(frame.y[middle]!, plain.y[middle]!, 26)).toBe(true);
    expect(frame.y[0]).toBe(plain.y[0]);
  });
});
