import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openCodecs } from '../../../src/pipeline/decode/codecs.io.ts';
import { openLandmarkModel } from '../../../src/pipeline/landmark/landmark-model.io.ts';
import { openMediaFile } from '../../../src/pipeline/media-file/media-file.io.ts';

const ASSETS = join(import.meta.dirname, '../../../assets');

/** What the actor's maker says of a frame; degrees, roll clockwise, blink 0 open … 1 shut. */
interface Truth {
  readonly mouthOpen: number;
  readonly yaw: number;
  readonly roll: number;
  readonly blink: number;
  /** Within the head, > 0 towards the picture's right. */
  readonly gazeYaw: number;
}

/** The same, read off landmarks by plain geometry. */
function measure(points: Float32Array): Truth {
  const at = (index: number) => ({ x: points[3 * index]!, y: points[3 * index + 1]! });
  const distance = (a: number, b: number) => Math.hypot(at(a).x - at(b).x, at(a).y - at(b).y);
  const [right, left] = [at(33), at(263)];
  const eyeOpening =
    distance(159, 145) / distance(33, 133) + distance(386, 374) / distance(263, 362);
  // How far along the eye its iris stands.
  const irisPlace = (iris: number, from: number, to: number) =>
    (at(iris).x - at(from).x) / (at(to).x - at(from).x);
  return {
    mouthOpen: distance(13, 14) / distance(61, 291),
    yaw: (at(1).x - (at(234).x + at(454).x) / 2) / distance(234, 454),
    roll: (Math.atan2(left.y - right.y, left.x - right.x) * 180) / Math.PI,
    blink: -eyeOpening,
    gazeYaw: irisPlace(468, 33, 133) + irisPlace(473, 362, 263),
  };
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (f: (x: number, y: number) => number) =>
    a.reduce((total, x, i) => total + f(x - meanA, b[i]! - meanB), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

describe('the embedded model on the sample actor', () => {
  const truth: Truth[] = [];
  const seen: Truth[] = [];

  beforeAll(async () => {
    const { frames } = JSON.parse(await readFile(join(ASSETS, 'sample-actor.json'), 'utf8')) as {
      frames: Truth[];
    };
    const reader = await openMediaFile(
      join(ASSETS, 'sample-actor.webm'),
      await openCodecs({ prefer: 'auto' }),
    );
    const model = await openLandmarkModel({ modelsFolder: '/nonexistent' });
    const tracker = model.createTracker();
    let index = 0;
    for await (const { frame, at } of reader.frames()) {
      const face = await tracker.track(frame, at);
      const told = frames[index++];
      if (face === undefined || told === undefined) continue;
      truth.push(told);
      seen.push(measure(face.points));
    }
    await model.close();
    reader.close();
    expect(seen).toHaveLength(frames.length);
  });

  it.each([
    ['mouthOpen', 0.9],
    ['yaw', 0.95],
    ['roll', 0.97],
    ['blink', 0.85],
    ['gazeYaw', 0.8],
  ] as const)('follows its %s with a correlation above %d', (what, least) => {
    const of = (values: Truth[]) => values.map((one) => one[what]);
    const found = correlation(of(seen), of(truth));
    expect(found).toBeGreaterThan(least);
  });

  it('reads the tilt of the head to half a degree on average', () => {
    const errors = seen.map((one, i) => Math.abs(one.roll - truth[i]!.roll));
    expect(errors.reduce((a, b) => a + b) / errors.length).toBeLessThan(0.5);
  });
});
