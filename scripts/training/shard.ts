import type { LandmarkModel } from '../../src/pipeline/landmark/face-tracker.ts';
import type { FaceLandmarks } from '../../src/pipeline/landmark/landmarks.ts';
import { SkinLock } from '../../src/pipeline/landmark/skin/skin-lock.ts';
import type { CameraFrame } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import { MAX_EXAMPLES, type Example } from '../../src/pipeline/render/engine.ts';
import {
  Conditioning,
  conditioningBytes,
} from '../../src/pipeline/render/few-shot-vid2vid/conditioning.ts';
import { refuseSize } from '../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { EMBEDDER_FIELD, type Field } from '../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  networkPicture,
  picturePlanes,
} from '../../src/pipeline/render/few-shot-vid2vid/network-picture.ts';
import { PoseMap } from '../../src/pipeline/render/few-shot-vid2vid/pose-map.ts';
import { PoseTrail } from '../../src/pipeline/render/pose-trail.ts';
import { newKernelMemory } from '../../src/pipeline/render/warp/kernel-space.ts';
import {
  discardWarpIdentity,
  enrolWarpIdentity,
  type WarpIdentity,
} from '../../src/pipeline/render/warp/warp-identity.ts';
import { textureAt } from '../../src/pipeline/render/warp/texture.ts';
import { WarpPainter } from '../../src/pipeline/render/warp/warp-painter.ts';
import type { Milli } from '../../src/time.ts';
import type { Clip } from './clip.io.ts';
import { toHalves } from './half-float.ts';
import { cameraFrameOfRgb, pictureOfRgb, texelsOf } from './rgb-frame.ts';

type Numbers = Uint8Array | Uint16Array | Float32Array;

/** One clip as the network learns from it. Arrays are little-endian, frames first. */
export interface Shard {
  readonly frames: number;
  /** Cells in a row of the field that it was made for; the examples are as the embedder sees them, whatever that is. */
  readonly cells: number;
  readonly k: number;
  /** The clip's frames that the examples are, in the identity's order: the neutral one first. */
  readonly examples: readonly number[];
  /** By file name. */
  readonly arrays: Readonly<Record<string, readonly Numbers[]>>;
}

/** All clips one after the other. */
const MEMORY = newKernelMemory();

/** In half of the clips one example, else up to this many. */
const MOST_EXAMPLES = 4;

/** A sequence of numbers from 0 to 1 that a seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The first of the possible examples and, in half of the clips, one to three others. */
function chooseExamples(possible: readonly number[], seed: number): number[] {
  const random = seeded(seed);
  const wanted = random() < 0.5 ? 1 : 2 + Math.floor(random() * (MOST_EXAMPLES - 1));
  const chosen = [possible[0]!];
  const rest = possible.slice(1);
  while (chosen.length < Math.min(wanted, MAX_EXAMPLES) && rest.length > 0) {
    chosen.push(...rest.splice(Math.floor(random() * rest.length), 1));
  }
  return chosen;
}

/**
 * Runs the product's own tracker, warp and conditioning over a clip, once for all fields.
 * @param fields of the networks that are to learn from it.
 * @returns a shard for each of `fields`, undefined where the face is not found in some frame.
 * @throws UnderstudyError `render_size_invalid`: the clip's pictures are smaller than what a network sees.
 */
export async function shardsOf(
  clip: Clip,
  model: LandmarkModel,
  fields: readonly Field[],
): Promise<Shard[] | undefined> {
  const { about } = clip;
  for (const field of fields) refuseSize(about.side, field);
  const indices = chooseExamples(about.examples, about.seed);
  const examples: Example[] = [];
  for (const at of indices) {
    const picture = pictureOfRgb(await clip.frame(at));
    const [face] = await model.finder.find(picture);
    if (!face) return undefined;
    examples.push({ picture, landmarks: face });
  }
  const identity = enrolWarpIdentity(examples, MEMORY);
  try {
    return await shardsOfIdentity(clip, identity, model, { fields, examples, indices });
  } finally {
    discardWarpIdentity(identity);
  }
}

async function shardsOfIdentity(
  clip: Clip,
  identity: WarpIdentity,
  model: LandmarkModel,
  {
    fields,
    examples,
    indices,
  }: { fields: readonly Field[]; examples: readonly Example[]; indices: readonly number[] },
): Promise<Shard[] | undefined> {
  const order = identity.examples.map(({ source }) => indices[source]!);
  const base = examples[identity.examples[0].source]!;
  const lock = new SkinLock();
  lock.follow(cameraFrameOfRgb(await clip.frame(order[0]!)), base.landmarks);
  const driven = await drive(clip, identity, { model, lock }, fields);
  if (!driven) return undefined;
  const shown = {
    'ex_planes.u8': identity.examples.map(({ levels }) =>
      picturePlanes(
        networkPicture(textureAt(identity.memory, levels[0]!), EMBEDDER_FIELD, MEMORY),
        EMBEDDER_FIELD,
      ),
    ),
    'ex_lines.u8': identity.examples.map(
      ({ points }) => new PoseMap(EMBEDDER_FIELD).draw(points).bytes,
    ),
  };
  return driven.map(({ field, lists }) => ({
    frames: lists['warp.u8']!.length,
    cells: field.cells,
    k: examples.length,
    examples: order,
    arrays: { ...lists, ...shown },
  }));
}

/** Follows the face through a clip. */
interface Follower {
  readonly model: LandmarkModel;
  readonly lock: SkinLock;
}

/** What is gathered for one field, frame by frame. */
interface Gathered {
  readonly field: Field;
  readonly conditioning: Conditioning;
  readonly lists: Record<string, Numbers[]>;
}

async function drive(
  clip: Clip,
  identity: WarpIdentity,
  follower: Follower,
  fields: readonly Field[],
): Promise<Gathered[] | undefined> {
  const bytes = fields.map(conditioningBytes);
  const all = bytes.reduce((sum, each) => sum + each, 0);
  const painter = new WarpPainter(identity, clip.about.side, all);
  try {
    let at = painter.spareAt;
    const gathered = fields.map((field, i): Gathered => {
      const conditioning = new Conditioning(painter, field, at);
      at += bytes[i]!;
      return {
        field,
        conditioning,
        lists: {
          'target.u8': [],
          'warp.u8': [],
          'lines.u8': [],
          'disp.f16': [],
          'flow.f16': [],
          'landmarks.f32': [],
        },
      };
    });
    return (await drawn(clip, painter, follower, gathered)) ? gathered : undefined;
  } finally {
    painter.close();
  }
}

/** @returns whether the face was found in all frames. */
async function drawn(
  clip: Clip,
  painter: WarpPainter,
  { model, lock }: Follower,
  gathered: readonly Gathered[],
): Promise<boolean> {
  const { side, fps, sequence } = clip.about;
  const trail = new PoseTrail();
  const tracker = model.createTracker();
  for (let at = sequence[0]; at < sequence[1]; at++) {
    const now: Milli = ((at - sequence[0]) * 1000) / fps;
    const frame = cameraFrameOfRgb(await clip.frame(at));
    const face = await tracker.track(frame, now);
    if (!face) return false;
    painter.draw(trail.follow(poseOf(lock.follow(frame, face))));
    const points = painter.points.slice();
    const seen = { side, texels: texelsOf(frame) };
    for (const { field, conditioning, lists } of gathered) {
      conditioning.take();
      const target = networkPicture(seen, field, MEMORY);
      lists['target.u8']!.push(picturePlanes(target, field));
      lists['warp.u8']!.push(picturePlanes(conditioning.warp, field));
      lists['lines.u8']!.push(conditioning.lines.slice());
      lists['disp.f16']!.push(toHalves(conditioning.displacement));
      lists['flow.f16']!.push(toHalves(conditioning.flow));
      lists['landmarks.f32']!.push(points);
      conditioning.keep(painter.canvas.at);
    }
  }
  return true;
}
