import { describe, expect, it } from 'vitest';
import type { FaceLandmarks } from '../../../src/pipeline/landmark/landmarks.ts';
import { poseOf } from '../../../src/pipeline/pose/neutral-pose.ts';
import type { Pose } from '../../../src/pipeline/pose/pose.ts';
import { Puppeteer } from '../../../src/pipeline/pose/puppeteer.ts';
import { seededRandom } from '../seeded-random.ts';
import { correlation } from './correlation.ts';
import { type FaceReading, readFace } from './face-reading.ts';
import {
  type Acting,
  type Proportions,
  syntheticFace,
  syntheticIdentity,
} from './synthetic-face.ts';

const FRAME = 1000 / 30;
const DEGREE = Math.PI / 180;

/** A few seconds of somebody talking: head, mouth and lids each to their own rhythm. */
function talk(t: number): Acting {
  const blink = Math.max(0, 1 - Math.abs(((t + 0.7) % 2.3) - 0.15) / 0.12);
  return {
    yaw: 12 * DEGREE * Math.sin(1.3 * t),
    pitch: 7 * DEGREE * Math.sin(1.9 * t + 1),
    roll: 6 * DEGREE * Math.sin(0.9 * t + 2),
    x: 320 + 20 * Math.sin(0.7 * t),
    mouth: 0.3 * Math.max(0, Math.sin(5.1 * t)) * (0.6 + 0.4 * Math.sin(1.1 * t)),
    blinkRight: blink,
    blinkLeft: blink,
    gazeX: 0.2 * Math.sin(0.8 * t),
  };
}

function perform(
  puppeteer: Puppeteer,
  acting: (t: number) => Acting,
  seconds: number,
  driver: Proportions = {},
): { driven: FaceReading[]; shown: FaceReading[]; poses: Pose[] } {
  const driven: FaceReading[] = [];
  const poses: Pose[] = [];
  for (let n = 0; n < seconds * 30; n++) {
    const face = syntheticFace(acting(n / 30), driver);
    driven.push(readFace(face.points));
    poses.push(puppeteer.drive(face, n * FRAME).pose);
  }
  return { driven, shown: poses.map(({ points }) => readFace(points)), poses };
}

/** Largest step of any point from one pose to the next, as a fraction of the picture. */
function largestStep(poses: readonly Pose[]): number {
  let most = 0;
  for (let n = 1; n < poses.length; n++) {
    poses[n]!.points.forEach((value, k) => {
      if (k % 3 !== 2) most = Math.max(most, Math.abs(value - poses[n - 1]!.points[k]!));
    });
  }
  return most;
}

const identities: Record<string, Proportions> = {
  average: {},
  'wide-mouthed, small-eyed': { mouth: 1.25, eyes: 0.85, long: 1.05 },
  'small-mouthed, large-eyed, flat': { mouth: 0.8, eyes: 1.25, lids: 1.3, long: 0.92, deep: 0.85 },
};

describe('Puppeteer', () => {
  for (const [name, person] of Object.entries(identities)) {
    for (const motion of ['relative', 'absolute'] as const) {
      it(`carries mouth, lids and head over to an identity that is ${name} (${motion} motion)`, () => {
        const puppeteer = new Puppeteer(poseOf(syntheticIdentity(person)), {
          motion,
          smoothing: 0,
        });
        const { driven, shown } = perform(puppeteer, talk, 12, {
          mouth: 1.1,
          eyes: 0.95,
          long: 1.04,
        });
        for (const key of ['mouth', 'lidRight', 'lidLeft', 'yaw', 'pitch', 'roll'] as const) {
          const r = correlation(
            driven.slice(30).map((face) => face[key]),
            shown.slice(30).map((face) => face[key]),
          );
          expect(r, key).toBeGreaterThan(0.99);
        }
      });
    }
  }

  it('opens the mouth of an identity in proportion to its width', () => {
    const wide = new Puppeteer(poseOf(syntheticIdentity({ mouth: 1.25 })), { smoothing: 0 });
    const { driven, shown } = perform(wide, talk, 8, { mouth: 0.85 });
    const most = (faces: FaceReading[]): number => Math.max(...faces.map(({ mouth }) => mouth));
    expect(most(shown) / most(driven)).toBeGreaterThan(0.85);
    expect(most(shown) / most(driven)).toBeLessThan(1.15);
  });

  it('shuts the eyes of the identity wholly when the driver blinks, though trackers never read them wholly shut', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity({ lids: 1.3 })), { smoothing: 0 });
    const { driven, shown, poses } = perform(puppeteer, talk, 8);
    const blink = driven.reduce(
      (least, face, n) => (face.lidRight < driven[least]!.lidRight ? n : least),
      0,
    );
    expect(driven[blink]!.lidRight).toBeGreaterThan(0.015);
    expect(shown[blink]!.lidRight).toBeLessThan(0.005);
    expect(poses[blink]!.expression.blinkRight).toBe(1);
  });

  it('winks with one eye only', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const { poses } = perform(puppeteer, (t) => ({ blinkLeft: t > 1 ? 1 : 0 }), 1.2);
    expect(poses.at(-1)!.expression.blinkLeft).toBeGreaterThan(0.95);
    expect(poses.at(-1)!.expression.blinkRight).toBeLessThan(0.05);
  });

  it('keeps the size of the head while the mouth opens', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const { poses } = perform(puppeteer, (t) => ({ mouth: 0.4 * Math.max(0, Math.sin(4 * t)) }), 4);
    const scales = poses.map(({ head }) => head.scale);
    expect(Math.max(...scales) / Math.min(...scales)).toBeLessThan(1.003);
  });

  it('does not drift: a driver who sits still for a minute has an identity that does', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()));
    const { poses } = perform(puppeteer, () => ({ yaw: 4 * DEGREE, mouth: 0.02 }), 60);
    const first = poses[90]!.points;
    expect(
      Math.max(...poses.at(-1)!.points.map((value, k) => Math.abs(value - first[k]!))),
    ).toBeLessThan(0.001);
  });

  it('needs no neutral first frame: an open mouth and shut eyes at the start are understood within two seconds', () => {
    const calm = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const startled = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const rest = perform(calm, () => ({}), 3);
    const start = perform(
      startled,
      (t) => (t < 1 ? { mouth: 0.4, blinkLeft: 1, blinkRight: 1 } : {}),
      3,
    );
    // Open from the first frame on, not taken for rest.
    expect(start.shown[0]!.mouth).toBeGreaterThan(0.3);
    expect(start.shown[0]!.lidRight).toBeLessThan(0.1);
    const [settled, reference] = [start.shown.at(-1)!, rest.shown.at(-1)!];
    expect(settled.mouth).toBeLessThan(0.03);
    expect(settled.lidRight / reference.lidRight).toBeGreaterThan(0.9);
    expect(settled.lidRight / reference.lidRight).toBeLessThan(1.1);
    // And from there on without a jump.
    expect(largestStep(start.poses.slice(33))).toBeLessThan(0.002);
  });

  it('does not take a head that is turned at the start for one that looks ahead', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const { poses } = perform(puppeteer, (t) => ({ yaw: t < 1.5 ? 28 * DEGREE : 0 }), 3);
    expect(poses[0]!.head.yaw / DEGREE).toBeGreaterThan(20);
    expect(Math.abs(poses.at(-1)!.head.yaw / DEGREE)).toBeLessThan(3);
  });

  it('reproduces a driver who is the identity, point by point, in absolute motion', () => {
    const frame = (t: number): FaceLandmarks => ({
      ...syntheticFace({ ...talk(t + 0.4), x: 256, y: 240, scale: 100 }),
      pictureWidth: 512,
      pictureHeight: 512,
    });
    const puppeteer = new Puppeteer(poseOf(frame(0)), { motion: 'absolute', smoothing: 0 });
    for (let n = 0; n < 120; n++) {
      const face = frame(n / 30);
      const { pose } = puppeteer.drive(face, n * FRAME);
      const off = pose.points.map((value, k) =>
        k % 3 === 2 ? 0 : Math.abs(value * 512 - face.points[k]!),
      );
      expect(Math.max(...off)).toBeLessThan(0.01);
    }
  });

  it('puts the identity where the driver is in absolute motion, in the middle square of a wide picture', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity({ mouth: 1.2 })), {
      motion: 'absolute',
      smoothing: 0,
    });
    const { pose } = puppeteer.drive(syntheticFace({ x: 320, y: 216, scale: 120 }), 0);
    expect(pose.head.x).toBeCloseTo(0.5, 3);
    expect(pose.head.y).toBeCloseTo(216 / 480, 3);
    expect(pose.head.scale).toBeCloseTo(120 / 480, 3);
  });

  it('resets at a scene cut and says so, once', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 1 });
    perform(puppeteer, talk, 2);
    const other = { x: 120, y: 300, scale: 70, mouth: 0.3 };
    const cut = puppeteer.drive(syntheticFace(other), 2 * 1000);
    expect(cut.sceneCut).toBe(true);
    // Nothing of the old scene is smoothed into the new one.
    expect(readFace(cut.pose.points).mouth).toBeGreaterThan(0.2);
    expect(puppeteer.drive(syntheticFace(other), 2 * 1000 + FRAME).sceneCut).toBe(false);
  });

  it('takes no lively head for a scene cut', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()));
    for (let n = 0; n < 90; n++) {
      const face = syntheticFace({ yaw: 0.5 * Math.sin(n / 3), x: 320 + 60 * Math.sin(n / 4) });
      expect(puppeteer.drive(face, n * FRAME).sceneCut).toBe(false);
    }
  });

  it('never turns further than a picture can show, and stops softly there', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const { poses } = perform(puppeteer, (t) => ({ yaw: 20 * DEGREE * t }), 4);
    const yaws = poses.map(({ head }) => head.yaw / DEGREE);
    expect(Math.max(...yaws)).toBeLessThan(42);
    for (let n = 1; n < yaws.length; n++) expect(yaws[n]!).toBeGreaterThan(yaws[n - 1]! - 0.01);
  });

  it('keeps the head inside the picture, wherever the driver goes', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const { poses } = perform(puppeteer, (t) => ({ x: 320 - 150 * t, y: 240 + 100 * t }), 3);
    for (const { head } of poses) {
      expect(head.x).toBeGreaterThan(0.15);
      expect(head.y).toBeLessThan(0.85);
    }
  });

  it('holds for half a second without a face, then eases into idle motion, and back, without a jump', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const poses: Pose[] = [];
    const sources: string[] = [];
    for (let n = 0; n < 240; n++) {
      const face = n < 60 || n >= 180;
      const acting = { yaw: 15 * DEGREE, mouth: 0.3, x: n < 180 ? 330 : 300 };
      const posed = puppeteer.drive(face ? syntheticFace(acting) : undefined, n * FRAME);
      poses.push(posed.pose);
      sources.push(posed.source);
    }
    expect(sources.slice(0, 60)).toEqual(Array(60).fill('driven'));
    expect(sources.slice(60, 74)).toEqual(Array(14).fill('held'));
    expect(sources.slice(80, 180)).toEqual(Array(100).fill('idle'));
    expect(sources.slice(180)).toEqual(Array(60).fill('driven'));
    // A blink is the quickest thing that idle faces do: a lid's way in three frames.
    expect(largestStep(poses)).toBeLessThan(0.015);
    expect(readFace(poses[175]!.points).mouth).toBeLessThan(0.02);
  });

  it('idles from the start where nobody has been seen', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { motion: 'absolute' });
    const { pose, source } = puppeteer.fill(0);
    expect(source).toBe('idle');
    expect(pose.head.x).toBeCloseTo(0.5, 1);
    expect(pose.head.scale).toBeCloseTo(100 / 512, 2);
  });

  it('keeps the motion and what it learnt of the driver when the identity changes', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const acting = { yaw: 8 * DEGREE, mouth: 0.25, pitch: 3 * DEGREE };
    perform(puppeteer, (t) => (t < 3 ? {} : acting), 4);
    const before = puppeteer.drive(syntheticFace(acting), 4000).pose;
    puppeteer.setNeutral(poseOf(syntheticIdentity({ mouth: 1.25, eyes: 0.9 })));
    const after = puppeteer.drive(syntheticFace(acting), 4000 + FRAME).pose;
    expect(after.head.yaw).toBeCloseTo(before.head.yaw, 2);
    expect(readFace(after.points).mouth).toBeCloseTo(readFace(before.points).mouth, 1);
  });

  it('takes the next frame as neutral when asked to', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
    const acting = { yaw: 10 * DEGREE, pitch: -6 * DEGREE, brows: 0.08 };
    perform(puppeteer, () => acting, 1);
    puppeteer.setMotion({ recalibrate: true });
    const poses = [];
    for (let n = 30; n < 60; n++) {
      poses.push(puppeteer.drive(syntheticFace(acting), n * FRAME).pose);
    }
    expect(Math.abs(poses.at(-1)!.head.yaw)).toBeLessThan(0.01);
    expect(poses.at(-1)!.expression.browRaise).toBeLessThan(0.05);
    expect(largestStep(poses)).toBeLessThan(0.01);
  });

  it('changes between relative and absolute motion without a jump', () => {
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity({ eyes: 1.1 })), { smoothing: 0 });
    const poses: Pose[] = [];
    for (let n = 0; n < 120; n++) {
      if (n === 40) puppeteer.setMotion({ motion: 'absolute' });
      if (n === 80) puppeteer.setMotion({ motion: 'relative' });
      poses.push(puppeteer.drive(syntheticFace({ x: 350, y: 220, scale: 130 }), n * FRAME).pose);
    }
    expect(largestStep(poses)).toBeLessThan(0.02);
  });

  it('looks where the driver looks, and straight ahead where the tracker sees no irises', () => {
    const read = (count: 468 | 478): number => {
      const puppeteer = new Puppeteer(poseOf(syntheticIdentity()), { smoothing: 0 });
      const { poses } = perform(puppeteer, (t) => ({ gazeX: t < 1 ? 0 : 0.3 }), 1.2, { count });
      const { points } = poses.at(-1)!;
      const corners = (points[3 * 33]! + points[3 * 133]!) / 2;
      return ((points[3 * 468]! - corners) / (points[3 * 133]! - points[3 * 33]!)) * 2;
    };
    expect(read(478)).toBeGreaterThan(0.2);
    expect(Math.abs(read(468))).toBeLessThan(0.05);
  });

  it('returns finite poses inside bounds for any landmarks whatever', () => {
    const random = seededRandom(7);
    const puppeteer = new Puppeteer(poseOf(syntheticIdentity()));
    const each =
      (change: (value: number, k: number) => number) =>
      (points: Float32Array): void =>
        points.set(points.map(change));
    const one =
      (bad: number) =>
      (points: Float32Array): void =>
        points.set([bad], Math.floor(random() * points.length));
    const kinds: ((points: Float32Array) => void)[] = [
      () => undefined,
      each(() => Number.NaN),
      each(() => 3.5),
      each(() => 0),
      each(() => random() * 1e4 - 5e3),
      each(() => random() * 1e30),
      each((value) => value + 40 * (random() - 0.5)),
      each((value, k) => (k % 3 === 2 ? 0 : value)),
      each((value, k) => (k % 3 === 0 ? -value : value)),
      one(Number.NaN),
      one(Number.POSITIVE_INFINITY),
      one(1e6),
    ];
    for (let n = 0; n < 400; n++) {
      const face = syntheticFace(talk(n / 30), { count: random() < 0.5 ? 468 : 478 });
      const kind = kinds[Math.floor(random() * kinds.length)]!;
      kind(face.points);
      if (random() < 0.05)
        puppeteer.setMotion({
          motion: random() < 0.5 ? 'relative' : 'absolute',
          smoothing: random(),
        });
      const { pose } = puppeteer.drive(random() < 0.1 ? undefined : face, n * FRAME * random());
      expect(pose.points.length).toBe(478 * 3);
      // Written so that NaN fails it too.
      expect(pose.points.every((value) => Math.abs(value) < 4)).toBe(true);
      for (const value of Object.values({ ...pose.head, ...pose.expression })) {
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  it('refuses a neutral pose that is no face', () => {
    const neutral = poseOf(syntheticIdentity());
    expect(() => new Puppeteer({ ...neutral, points: new Float32Array(3) })).toThrow(
      /does not form a face/,
    );
    expect(() => new Puppeteer({ ...neutral, points: new Float32Array(478 * 3) })).toThrow(
      expect.objectContaining({ code: 'bad_neutral_pose' }),
    );
  });

  it('goes on where another was, once it is told what that one learnt of the driver', () => {
    const neutral = poseOf(syntheticIdentity({}));
    // Somebody who sits aside, looks up and smiles at first: nothing that a first frame would tell.
    const acting = (t: number): Acting => ({ ...talk(t), yaw: (t < 1 ? 20 : 3) * DEGREE });
    const before = new Puppeteer(neutral);
    perform(before, acting, 8);
    expect(new Puppeteer(neutral).memory).toBeUndefined();
    const after = new Puppeteer(neutral);
    after.recall(structuredClone(before.memory!));
    const stranger = new Puppeteer(neutral);
    const face = syntheticFace({ ...talk(8), mouth: 0.25, yaw: 14 * DEGREE }, {});
    const [was, is, begun] = [before, after, stranger].map(
      (puppeteer) => puppeteer.drive(face, 8_000).pose,
    );
    expect(largestStep([was!, is!])).toBeLessThan(0.02);
    expect(largestStep([was!, is!])).toBeLessThan(largestStep([was!, begun!]) / 2);
  });
});
