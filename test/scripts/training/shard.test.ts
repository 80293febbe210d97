import { describe, expect, it } from 'vitest';
import type { Clip } from '../../../scripts/training/clip.io.ts';
import { type Shard, shardsOf } from '../../../scripts/training/shard.ts';
import type { LandmarkModel } from '../../../src/pipeline/landmark/face-tracker.ts';
import type { FaceLandmarks } from '../../../src/pipeline/landmark/landmarks.ts';
import { EMBEDDER_FIELD, type Field, FIELD_128, FIELD_256 } from '../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { type FaceShape, paintedExample } from '../../pipeline/render/painted-face.ts';


/** What the face does in each frame; two possible examples, then four driven frames. */
const SHAPES: readonly FaceShape[] = [
  { jaw: 0.3, yaw: 15 },
  {},
  { x: 0.5 },
  { x: 0.51, jaw: 0.1 },
  { x: 0.52, jaw: 0.2 },
  { x: 0.53, jaw: 0.3 },
];

/** @param SIDE of its pictures. */
function paintedClip(seed: number, examples = [0, 1], SIDE = 256): Clip {
  return {
    about: { frames: 6, side: SIDE, fps: 30, examples, sequence: [2, 6], seed },
    async frame(at) {
      const { rgba } = paintedExample(SHAPES[at], { size: SIDE }).picture;
      const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
        return rgba[4 * Math.floor(i / 3) + (i % 3)]!;
      });
      return { side: SIDE, rgb };
    },
    close: async () => undefined,
  };
}

/** Knows the faces of the clip by their order. @param lostAt driven frame without a face. */
function knowingModel(found: readonly number[], lostAt = -1): LandmarkModel {
  const face = (at: number): FaceLandmarks => paintedExample(SHAPES[at]).landmarks;
  let frame = 0;
  let still = 0;
  return {
    name: 'knowing',
    count: 478,
    createTracker: () => ({
      async track() {
        const at = frame++;
        return at === lostAt ? undefined : face(2 + at);
      },
      reset: () => undefined,
    }),
    finder: { find: async () => [face(found[still++]!)] },
    close: async () => undefined,
  };
}

async function shardOf(clip: Clip, model: LandmarkModel, field: Field): Promise<Shard | undefined> {
  return (await shardsOf(clip, model, [field]))?.[0];
}

/** Seeds that draw one example, and more than one. */
const ONE = 0;
const SEVERAL = 2;

describe('a training shard', () => {
  it('holds a value of every kind for each driven frame', async () => {
    const shard = (await shardOf(paintedClip(ONE, [1]), knowingModel([1]), FIELD_128))!;
    expect(shard).toMatchObject({ frames: 4, cells: 128, k: 1, examples: [1] });
    const numbers = Object.entries(shard.arrays).map(([name, list]) => [
      name,
      list.length,
      list[0]!.length,
    ]);
    expect(numbers).toEqual([
      ['target.u8', 4, 6 * FIELD_128.plane],
      ['warp.u8', 4, 6 * FIELD_128.plane],
      ['lines.u8', 4, 6 * FIELD_128.plane],
      ['disp.f16', 4, 2 * FIELD_128.plane],
      ['flow.f16', 4, 2 * FIELD_128.plane],
      ['landmarks.f32', 4, 478 * 3],
      ['ex_planes.u8', 1, 6 * FIELD_128.plane],
      ['ex_lines.u8', 1, 6 * FIELD_128.plane],
    ]);
  });

  it('holds more of each on a finer field, and examples as the embedder sees them', async () => {
    const clip = paintedClip(ONE, [1], 512);
    const { cells, arrays } = (await shardOf(clip, knowingModel([1]), FIELD_256))!;
    expect(cells).toBe(256);
    const lengths = Object.entries(arrays).map(([name, list]) => [name, list[0]!.length]);
    expect(lengths).toEqual([
      ['target.u8', 6 * FIELD_256.plane],
      ['warp.u8', 6 * FIELD_256.plane],
      ['lines.u8', 6 * FIELD_256.plane],
      ['disp.f16', 2 * FIELD_256.plane],
      ['flow.f16', 2 * FIELD_256.plane],
      ['landmarks.f32', 478 * 3],
      ['ex_planes.u8', 6 * EMBEDDER_FIELD.plane],
      ['ex_lines.u8', 6 * EMBEDDER_FIELD.plane],
    ]);
  });

  it('is for each of several fields what it is for that one alone', async () => {
    const clip = () => paintedClip(SEVERAL, [0, 1], 512);
    const model = () => knowingModel([0, 1]);
    const alone = [
      await shardOf(clip(), model(), FIELD_128),
      await shardOf(clip(), model(), FIELD_256),
    ];
    expect(await shardsOf(clip(), model(), [FIELD_128, FIELD_256])).toEqual(alone);
  });

  it('is refused of a clip that is smaller than what the network is to see', async () => {
    const shard = shardOf(paintedClip(ONE, [1]), knowingModel([1]), FIELD_256);
    await expect(shard).rejects.toMatchObject({ code: 'render_size_invalid', value: 256 });
  });

  it("names the examples in the identity's order, the neutral one first", async () => {
    const orders = [];
    for (const seed of [ONE, SEVERAL]) {
      const shard = await shardOf(paintedClip(seed), knowingModel([0, 1]), FIELD_128);
      orders.push(shard?.examples);
    }
    expect(orders).toEqual([[0], [1, 0]]);
  });

  it('draws the same number of examples for the same seed', async () => {
    const k = async () => (await shardOf(paintedClip(SEVERAL), knowingModel([0, 1]), FIELD_128))!.k;
    expect(await k()).toBe(await k());
  });

  it('shows in the warped picture what the camera saw, where the examples allow it', async () => {
    const { arrays } = (await shardOf(paintedClip(ONE, [1]), knowingModel([1]), FIELD_128))!;
    const [target, warp] = [arrays['target.u8']![0]!, arrays['warp.u8']![0]!];
    let error = 0;
    for (let i = 0; i < 4 * FIELD_128.plane; i++) error += (target[i]! - warp[i]!) ** 2 / (4 * FIELD_128.plane);
    expect(10 * Math.log10(255 ** 2 / error)).toBeGreaterThan(27);
  });

  it('is none where the face is lost in a frame', async () => {
    expect(await shardOf(paintedClip(ONE, [1]), knowingModel([1], 2), FIELD_128)).toBeUndefined();
  });
});
