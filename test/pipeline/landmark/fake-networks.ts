import { ANCHOR_COUNT } from '../../../src/pipeline/landmark/face-detection.ts';
import type { FaceNetworks } from '../../../src/pipeline/landmark/face-networks.ts';

/** A face as the fake detector reports it: in pixels of its 128² input. */
export interface FakeDetection {
  readonly anchor: number;
  readonly size: number;
  readonly logit?: number;
}

/** Networks that answer what a test tells them, and count how often they are asked. */
export class FakeNetworks implements FaceNetworks {
  readonly meshSide = 192;
  readonly count = 468 as const;
  readonly refined = false;
  detections: readonly FakeDetection[] = [];
  /** Logit of the landmark network; more than one answer in turn, the last for good. */
  presence: number[] = [10];
  points = fakePoints();
  detectorRuns = 0;
  meshRuns = 0;

  readonly detector = {
    run: async () => {
      this.detectorRuns++;
      const regressors = new Float32Array(ANCHOR_COUNT * 16);
      const scores = new Float32Array(ANCHOR_COUNT).fill(-20);
      for (const { anchor, size, logit = 5 } of this.detections) {
        scores[anchor] = logit;
        regressors.set([0, 0, size, size, -size / 4, 0, size / 4, 0], anchor * 16);
      }
      return {
        regressors: { dims: [1, ANCHOR_COUNT, 16], data: regressors },
        scores: { dims: [1, ANCHOR_COUNT, 1], data: scores },
      };
    },
  };

  readonly mesh = {
    run: async () => {
      this.meshRuns++;
      const logit = this.presence.length > 1 ? this.presence.shift()! : this.presence[0]!;
      return {
        points: { dims: [1, 1404, 1, 1], data: this.points },
        presence: { dims: [1, 1, 1, 1], data: Float32Array.of(logit) },
      };
    },
  };
}

/** Points that fill the middle two thirds of the 192² input, so that a region found again stays as it is. */
function fakePoints(): Float32Array {
  const points = new Float32Array(468 * 3);
  for (let i = 0; i < 468; i++) {
    const angle = (2 * Math.PI * i) / 468;
    points.set([96 + 64 * Math.cos(angle), 96 + 64 * Math.sin(angle), i / 100], 3 * i);
  }
  points.set([60, 80, 0], 33 * 3);
  points.set([132, 80, 0], 263 * 3);
  return points;
}
