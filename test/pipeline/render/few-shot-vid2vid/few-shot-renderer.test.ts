import { describe, expect, it } from 'vitest';
import type { FloatTensor } from '../../../../src/pipeline/landmark/onnx.io.ts';
import type { AvatarFrame } from '../../../../src/pipeline/picture.ts';
import type { Pose } from '../../../../src/pipeline/pose/pose.ts';
import {
  FEW_SHOT_SIZES,
  FewShotRenderer,
} from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import type { DeviceOutput } from '../../../../src/pipeline/render/few-shot-vid2vid/generator-sessions.ts';
import { FIELD } from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import { WHOLE_FIELD } from '../../../../src/pipeline/render/few-shot-vid2vid/network-window.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { FACE_OVAL } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import type { TextureSheet } from '../../../../src/pipeline/render/warp/texture-sheet.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpRenderer } from '../../../../src/pipeline/render/warp/warp-renderer.ts';
import { facePoints, paintedExample, poseOf } from '../painted-face.ts';

const SIZE = 256;
const identity = enrolWarpIdentity([paintedExample()], newKernelMemory());
const options = { size: SIZE, mark: false };
/** The pixel in the middle of a picture. */
const SIDE_MIDDLE = (SIZE / 2) * SIZE + SIZE / 2;

/** What the generator answers: the same everywhere, or nothing because the runtime failed. */
interface Answer {
  readonly residual?: number;
  readonly previous?: number;
  readonly flow?: number;
  readonly fails?: boolean;
}

/** A generator whose answers a test writes down, one a frame, the last one again and again. */
function scripted(...answers: Answer[]) {
  const inputs: Float32Array[] = [];
  const dims: (readonly number[])[] = [];
  return {
    inputs,
    dims,
    async run(feeds: Readonly<Record<string, FloatTensor>>) {
      inputs.push(feeds.input!.data.slice());
      dims.push(feeds.input!.dims);
      const [, , rows = 0, columns = 0] = feeds.input!.dims;
      const tensor = (channels: number, value = 0): FloatTensor => ({
        dims: [1, channels, rows, columns],
        data: new Float32Array(channels * rows * columns).fill(value),
      });
      const { residual, previous, flow, fails } = answers[inputs.length - 1] ?? answers.at(-1)!;
      if (fails) throw new Error('the runtime failed');
      return {
        residual: tensor(6, residual),
        previous: tensor(1, previous),
        flow: tensor(2, flow),
      };
    },
  };
}

/**
 * A device that flips the lowest bit of each luma, and fails as it is told to. Where it holds what warps are drawn from, all
 * of them are grey.
 */
function fakeOutput({ holds = false } = {}) {
  const seen = {
    kinds: [] as string[],
    /** How many layers the warps had that it was to draw. */
    layers: [] as number[],
    sheets: [] as TextureSheet[],
    warps: [] as Uint8Array[],
    maps: [] as Uint8Array[],
    motions: [] as Float32Array[],
    left: [] as Uint8Array[],
    hadPrevious: [] as boolean[],
    unsound: false,
    lost: false,
    closed: 0,
  };
  let kept = false;
  const output: DeviceOutput = {
    get hasPrevious() {
      return kept;
    },
    took: 3,
    hold: async (sheet) => {
      seen.sheets.push(sheet);
      return holds;
    },
    draw: async (frame) => {
      seen.kinds.push(frame.kind);
      if (seen.lost) throw new Error('device lost');
      seen.hadPrevious.push(kept);
      const { y, u, v } = frame.warp.kind === 'painted' ? frame.warp.planes : GREY;
      if (frame.warp.kind === 'described') seen.layers.push(frame.warp.mesh.layers.length);
      else seen.warps.push(y.slice());
      if (frame.kind === 'full') {
        const [maps, motion] = [new Uint8Array(13 * FIELD), new Float32Array(4 * FIELD)];
        frame.describe(WHOLE_FIELD, maps, motion);
        seen.maps.push(maps);
        seen.motions.push(motion);
      }
      if (frame.kind === 'between') seen.left.push(frame.left.slice());
      kept = !seen.unsound;
      return seen.unsound ? undefined : Uint8Array.from([...y.map((luma) => luma ^ 1), ...u, ...v]);
    },
    forget: () => {
      kept = false;
    },
    close: () => {
      seen.closed++;
    },
  };
  return { seen, output };
}

const GREY = {
  y: new Uint8Array(SIZE ** 2).fill(128),
  u: new Uint8Array(SIZE ** 2 / 4).fill(128),
  v: new Uint8Array(SIZE ** 2 / 4).fill(128),
};

const copyOf = ({ width, height, y, u, v }: AvatarFrame): AvatarFrame => ({
  width,
  height,
  y: y.slice(),
  u: u.slice(),
  v: v.slice(),
});
const poses = Array.from({ length: 6 }, (_, i) =>
  poseOf(facePoints({ yaw: 4 * i, jaw: 0.05 * i, x: 0.5 + 0.004 * i })),
);

/** As far from the camera as people sit. */
const far = poseOf(
  facePoints().map((value, i) => (i % 3 === 2 ? value : 0.5 + 0.6 * (value - 0.5))),
);

async function plainly(): Promise<AvatarFrame[]> {
  const renderer = new WarpRenderer(identity, options);
  const frames = [];
  for (const pose of poses) frames.push(copyOf(await renderer.render(pose)));
  return frames;
}

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

function meanDistance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

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
    const brighter = plain!.y.map((value) => Math.min(235, value + 36));
    expect(Math.max(...brighter)).toBe(235);
    expect(aboveMouth(frame.y)).toEqual(aboveMouth(brighter));
    expect(aboveMouth(frame.u)).toEqual(
      aboveMouth(plain!.u.map((value) => Math.min(240, value + 36))),
    );
  });

  it('leaves most of what is between the lips to the warp, whose teeth are sharp', async () => {
    const open = poseOf(facePoints({ jaw: 0.4 }));
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
    expect(added(152)).toBeCloseTo(20, 0); // the chin
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

  it.each(FEW_SHOT_SIZES)('draws pictures of %i² as the warp does', async (size) => {
    const wanted = { size, mark: false };
    const plain = new WarpRenderer(identity, wanted);
    const renderer = new FewShotRenderer(identity, scripted({ residual: 0.1 }), wanted);
    for (const pose of poses.slice(0, 2)) {
      const expected = (await plain.render(pose)).y.map((value) => Math.min(235, value + 26));
      const { y } = await renderer.render(pose);
      expect(Buffer.compare(aboveMouth(y), aboveMouth(expected))).toBe(0);
    }
  });

  it.each([64, 255, 300, 500, 1152])('refuses pictures of %i² and says which there are', (size) => {
    expect(() => new FewShotRenderer(identity, scripted({}), { size, mark: false })).toThrow(
      expect.objectContaining({ code: 'render_size_invalid', valid: FEW_SHOT_SIZES }),
    );
  });

  it('gives a network that takes windows no more than the face and its surround', async () => {
    const generator = { ...scripted({ residual: 0.1 }), windows: true };
    const plain = copyOf(await new WarpRenderer(identity, options).render(far));
    const frame = await new FewShotRenderer(identity, generator, options).render(far);
    const [, channels, height = 0, width = 0] = generator.dims[0]!;
    expect(channels).toBe(32);
    expect(height * width).toBeLessThan(FIELD);
    const middle = SIDE_MIDDLE;
    expect(frame.y[middle]).toBe(Math.min(235, plain.y[middle]! + 26));
    expect(frame.y[0]).toBe(plain.y[0]);
  });

  describe('on half the field', () => {
    const small = (...answers: Answer[]) => ({ ...scripted(...answers), windows: true });

    it('draws where the network takes parts of the field, and on a processor', async () => {
      const whole = new FewShotRenderer(identity, scripted({}), options);
      expect(whole.efforts).toEqual(['full', 'between', 'warp']);
      expect(new FewShotRenderer(identity, small({}), options).efforts).toContain('small');
      const { output, seen } = fakeOutput();
      const renderer = new FewShotRenderer(identity, small({}), options, output);
      expect(renderer.efforts).toEqual(['full', 'between', 'warp']);
      seen.lost = true;
      await renderer.render(poses[0]!);
      expect(renderer.efforts).toEqual(['full', 'small', 'between', 'warp']);
    });

    it('gives the network less than half of the cells, and adds what it answers', async () => {
      const generator = small({ residual: 0.1 });
      const plain = copyOf(await new WarpRenderer(identity, options).render(far));
      const renderer = new FewShotRenderer(identity, generator, options);
      const frame = copyOf(await renderer.render(far, 'small'));
      await renderer.render(far, 'full');
      const [half, full] = generator.dims.map(([, , rows = 0, columns = 0]) => rows * columns);
      // A quarter, but that windows grow in steps twice as long.
      expect(half! / full!).toBeLessThan(0.5);
      for (const place of [SIDE_MIDDLE, SIDE_MIDDLE - 20 * SIZE]) {
        expect(frame.y[place]).toBe(Math.min(235, plain.y[place]! + 26));
      }
      expect(frame.y[0]).toBe(plain.y[0]);
    });

    it('draws the warp to the last bit where the network has nothing to add', async () => {
      const plain = await plainly();
      const renderer = new FewShotRenderer(identity, small({}), options);
      for (const [i, pose] of poses.entries()) {
        expect(copyOf(await renderer.render(pose, 'small'))).toEqual(plain[i]);
      }
    });

    it('keeps the past through changes of effort, whichever comes next', async () => {
      const orders = [
        ['full', 'small'],
        ['small', 'full'],
        ['small', 'small'],
        ['small', 'between'],
      ] as const;
      for (const [first, second] of orders) {
        const generator = small({ residual: 0.1 }, { previous: 1 });
        const renderer = new FewShotRenderer(identity, generator, options);
        const plain = await plainly();
        await renderer.render(poses[0]!, first);
        const frame = copyOf(await renderer.render(poses[1]!, second));
        // It was brightened a frame ago, on the face, and is shown where the face is now.
        const brighter = Math.min(235, plain[1]!.y[SIDE_MIDDLE]! + 26);
        expect(Math.abs(frame.y[SIDE_MIDDLE]! - brighter)).toBeLessThanOrEqual(3);
      }
    });

    it('begins afresh after the warp, as a first frame does', async () => {
      const generator = small({ residual: 0.1 });
      const renderer = new FewShotRenderer(identity, generator, options);
      await renderer.render(far, 'small');
      await renderer.render(far, 'small');
      await renderer.render(far, 'warp');
      await renderer.render(far, 'small');
      const previousIsWarp = generator.inputs.map((input) => {
        const planes = 6 * (input.length / 32);
        return input.subarray(2 * planes, 3 * planes).every((value, i) => value === input[i]);
      });
      expect(previousIsWarp).toEqual([true, false, true]);
    });

    it('serves the warp where the answer is no picture', async () => {
      const plain = await plainly();
      for (const bad of [{ residual: Number.NaN }, { previous: 1.5 }, { fails: true }]) {
        const renderer = new FewShotRenderer(identity, small(bad), options);
        expect(copyOf(await renderer.render(poses[0]!, 'small'))).toEqual(plain[0]);
        expect(renderer.degraded).toBe(1);
      }
    });
  });

  it('waits for a device as it is told to, and for the processor not at all', async () => {
    const waits: number[] = [];
    const elsewhere = async <T>(wait: () => Promise<T>, own: () => number): Promise<T> => {
      const answer = await wait();
      waits.push(own());
      return answer;
    };
    const wanted = { ...options, elsewhere };
    const { output } = fakeOutput();
    await new FewShotRenderer(identity, scripted({}), wanted, output).render(poses[0]!);
    expect(waits).toEqual([3]);
    await new FewShotRenderer(identity, scripted({ residual: 0.1 }), wanted).render(poses[0]!);
    expect(waits).toEqual([3]);
  });

  it('sends a device the warp of each frame, and shows what comes back, marked', async () => {
    const plain = await plainly();
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(
      identity,
      scripted({}),
      { ...options, mark: true },
      output,
    );
    for (const [i, pose] of poses.slice(0, 3).entries()) {
      const frame = await renderer.render(pose, i === 1 ? 'between' : 'full');
      expect(seen.warps[i]).toEqual(plain[i]!.y);
      const [middle, corner] = [SIDE_MIDDLE, (SIZE - 12) * SIZE + SIZE - 12];
      expect(frame.y[middle]).toBe(plain[i]!.y[middle]! ^ 1);
      expect(Math.abs(frame.y[corner]! - plain[i]!.y[corner]!)).toBeGreaterThan(20);
    }
    expect(seen.kinds).toEqual(['full', 'between', 'full']);
    renderer.close();
    renderer.close();
    expect(seen.closed).toBe(1);
  });

  it('tells a device of the pose before, of how the mesh moved, and of none at a first frame', async () => {
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    for (const pose of poses.slice(0, 2)) await renderer.render(pose);
    renderer.reset();
    await renderer.render(poses[2]!);
    const maps = seen.maps.map((all) =>
      [0, 1].map((k) => all.subarray(6 * k * FIELD, 6 * (k + 1) * FIELD)),
    );
    const [first, second, afresh] = maps as [Uint8Array[], Uint8Array[], Uint8Array[]];
    expect(first[1]).toEqual(first[0]);
    expect(second[1]).toEqual(first[0]);
    expect(second[0]).not.toEqual(first[0]);
    expect(afresh[1]).toEqual(afresh[0]);
    const moves = seen.motions.map((motion) => motion.subarray(0, 2 * FIELD).some((x) => x !== 0));
    expect(moves).toEqual([false, true, false]);
    // Of what is between the lips the warp keeps three quarters; without another example, nothing else.
    for (const all of seen.maps) {
      const left = all.subarray(12 * FIELD);
      expect(left[0]).toBe(255);
      expect(Math.min(...left)).toBeGreaterThan(62);
    }
  });

  it('has a device move the last output of the face alone, and less of it between the lips', async () => {
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    await renderer.render(poses[0]!);
    await renderer.render(poses[4]!, 'between');
    const { points } = poses[4]!;
    const cell = (x: number, y: number) => Math.floor(y * 128) * 128 + Math.floor(x * 128);
    const [left] = seen.left as [Uint8Array];
    const leftAt = (point: number) => left[cell(points[3 * point]!, points[3 * point + 1]!)]!;
    for (const cheek of [50, 280]) expect(leftAt(cheek)).toBe(255);
    for (const place of [0, 64, FIELD - 1]) expect(left[place]).toBe(0);
    const [upper, lower] = [points[3 * 13 + 1]!, points[3 * 14 + 1]!];
    expect(left[cell(points[3 * 13]!, (upper + lower) / 2)]).toBe(64);
  });

  it('has a device that holds its textures draw the warp, too', async () => {
    const { output, seen } = fakeOutput({ holds: true });
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    await renderer.furnish();
    expect(seen.sheets.map(({ side, count }) => [side, count])).toEqual([[SIZE, 1]]);
    for (const effort of ['full', 'between'] as const) {
      const { y, u } = await renderer.render(poses[0]!, effort);
      expect([y, u].map((plane) => plane[SIDE_MIDDLE % plane.length])).toEqual([129, 128]);
    }
    const plain = await plainly();
    expect(copyOf(await renderer.render(poses[0]!, 'warp')), 'no device has a part in it').toEqual(
      plain[0],
    );
    expect(seen).toMatchObject({ kinds: ['full', 'between'], layers: [1, 1], warps: [] });
  });

  describe.each([
    ['paints', false],
    ['has a device draw', true],
  ])('that %s the warp', (_, holds) => {
    const opened = async (generator: ReturnType<typeof scripted>) => {
      const { output, seen } = fakeOutput({ holds });
      const renderer = new FewShotRenderer(identity, generator, options, output);
      await renderer.furnish();
      return { renderer, seen };
    };

    it('serves it where a device calls its own picture unsound, and starts afresh', async () => {
      const plain = await plainly();
      const { renderer, seen } = await opened(scripted({}));
      await renderer.render(poses[0]!);
      seen.unsound = true;
      expect(copyOf(await renderer.render(poses[1]!))).toEqual(plain[1]);
      expect(renderer.degraded).toBe(1);
      seen.unsound = false;
      await renderer.render(poses[2]!);
      expect(seen.hadPrevious).toEqual([false, true, false]);
    });

    it('goes on with the processor, from that very frame, when its device is lost', async () => {
      const plain = await plainly();
      const generator = scripted({ residual: 0.1 });
      const { renderer, seen } = await opened(generator);
      await renderer.render(poses[0]!);
      seen.lost = true;
      for (const i of [1, 2]) {
        const brighter = plain[i]!.y.map((value) => Math.min(235, value + 26));
        expect(meanDistance((await renderer.render(poses[i]!)).y, brighter)).toBeLessThan(0.1);
      }
      expect(generator.inputs).toHaveLength(2);
      expect(renderer.degraded).toBe(0);
      renderer.close();
      expect(seen).toMatchObject({ closed: 1, kinds: ['full', 'full'] });
    });
  });

  it('draws while another one waits for its device what it draws alone', async () => {
    const answers = { residual: 0.05, previous: 0.6, flow: 0.01 };
    const film = async (renderer: FewShotRenderer, order: readonly Pose[]) => {
      const frames = [];
      for (const pose of order) frames.push(copyOf(await renderer.render(pose)));
      return frames;
    };
    const [forth, back] = [poses, poses.toReversed()];
    const alone = [];
    for (const order of [forth, back]) {
      alone.push(await film(new FewShotRenderer(identity, scripted(answers), options), order));
    }
    // Both have drawn their warp before either has its answer.
    const slow = () => {
      const generator = scripted(answers);
      return {
        run: async (feeds: Parameters<typeof generator.run>[0]) => {
          await new Promise((resolve) => setImmediate(resolve));
          return generator.run(feeds);
        },
      };
    };
    const together = await Promise.all(
      [forth, back].map((order) => film(new FewShotRenderer(identity, slow(), options), order)),
    );
    expect(together).toEqual(alone);
  });
});
