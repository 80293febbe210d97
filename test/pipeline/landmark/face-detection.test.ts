import { describe, expect, it } from 'vitest';
import {
  ANCHOR_COUNT,
  decodeDetections,
  type FaceDetection,
  mergeDetections,
  overlap,
  regionOfDetection,
} from '../../../src/pipeline/landmark/face-detection.ts';

const whole = { x: 64, y: 64, size: 128, roll: 0 };

function outputs() {
  return {
    regressors: new Float32Array(ANCHOR_COUNT * 16),
    logits: new Float32Array(ANCHOR_COUNT).fill(-20),
  };
}

function detection(left: number, top: number, size: number, score: number): FaceDetection {
  const point = { x: left + size / 2, y: top + size / 2 };
  const keypoints = Array.from({ length: 6 }, () => point);
  return { score, left, top, right: left + size, bottom: top + size, keypoints };
}

describe('decodeDetections', () => {
  it('places the first anchors of both maps at the middle of their first cell', () => {
    for (const [anchor, centre] of [
      [0, 4],
      [512, 8],
    ] as const) {
      const { regressors, logits } = outputs();
      logits[anchor] = 0.1;
      regressors.set([0, 0, 20, 30, -2, -3], anchor * 16);
      const [face] = decodeDetections(regressors, logits, whole);
      expect(face?.left).toBeCloseTo(centre - 10, 4);
      expect(face?.bottom).toBeCloseTo(centre + 15, 4);
      expect(face?.keypoints[0]?.x).toBeCloseTo(centre - 2, 4);
      expect(face?.keypoints[0]?.y).toBeCloseTo(centre - 3, 4);
      expect(face?.keypoints).toHaveLength(6);
    }
  });

  it('gives pixels of the picture that the region was cut from', () => {
    const { regressors, logits } = outputs();
    logits[895] = 3;
    regressors.set([-56, -56, 64, 64], 895 * 16);
    const [face] = decodeDetections(regressors, logits, { x: 640, y: 360, size: 1280, roll: 0 });
    expect(face?.left).toBeCloseTo(640 - 320, 2);
    expect(face?.top).toBeCloseTo(360 - 320, 2);
    expect(face?.right).toBeCloseTo(640 + 320, 2);
  });

  it('counts only scores of at least one half, and no NaN', () => {
    const { regressors, logits } = outputs();
    logits.set([-0.01, 0, 0.01, Number.NaN]);
    expect(decodeDetections(regressors, logits, whole)).toHaveLength(2);
  });
});

describe('mergeDetections', () => {
  it('takes the score-weighted mean of what overlaps, and the best score', () => {
    const [face, ...others] = mergeDetections([
      detection(10, 0, 100, 0.6),
      detection(0, 0, 100, 0.9),
    ]);
    expect(others).toEqual([]);
    expect(face?.score).toBe(0.9);
    expect(face?.left).toBeCloseTo((10 * 0.6) / 1.5);
    expect(face?.keypoints[0]?.x).toBeCloseTo(50 + (10 * 0.6) / 1.5);
  });

  it('keeps faces apart that overlap by no more than 0.3, best first', () => {
    const faces = mergeDetections([detection(60, 0, 100, 0.7), detection(0, 0, 100, 0.8)]);
    expect(faces.map((face) => face.score)).toEqual([0.8, 0.7]);
  });

  it('ends for boxes without an area', () => {
    expect(mergeDetections([detection(5, 5, 0, 0.9), detection(5, 5, 0, 0.8)])).toHaveLength(2);
    expect(mergeDetections([detection(Number.NaN, 5, 1, 0.9)])).toHaveLength(1);
    expect(mergeDetections([])).toEqual([]);
  });
});

describe('overlap', () => {
  it('is the shared part of the joint area', () => {
    expect(overlap(detection(0, 0, 2, 1), detection(1, 0, 2, 1))).toBeCloseTo(2 / 6);
    expect(overlap(detection(0, 0, 2, 1), detection(0, 0, 2, 1))).toBe(1);
    expect(overlap(detection(0, 0, 2, 1), detection(2, 0, 2, 1))).toBe(0);
  });
});

describe('regionOfDetection', () => {
  it('turns by the line from the right eye to the left', () => {
    const face = {
      ...detection(0, 0, 100, 1),
      keypoints: [
        { x: 30, y: 30 },
        { x: 70, y: 70 },
      ],
    };
    expect(regionOfDetection(face)).toEqual({ x: 50, y: 50, size: 150, roll: Math.PI / 4 });
  });
});
