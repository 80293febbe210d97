import type { FaceLandmarks } from '../../../../src/pipeline/landmark/landmarks.ts';

/** A face of plausible outline: an ellipse of points, with cheeks and nose where the mesh has them. */
export function fakeFace(options: {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly pictureWidth?: number;
  readonly pictureHeight?: number;
  /** Where the nose's tip lies between the cheeks, 0.5 for straight ahead. */
  readonly nose?: number;
}): FaceLandmarks {
  const { x, y, width, nose = 0.5, pictureWidth = 640, pictureHeight = 480 } = options;
  const points = new Float32Array(478 * 3);
  for (let i = 0; i < 478; i++) {
    const angle = (i / 478) * 2 * Math.PI;
    points.set([x + (width / 2) * Math.cos(angle), y + width * 0.65 * Math.sin(angle), 0], i * 3);
  }
  points.set([x - width / 2, y, 0], 234 * 3);
  points.set([x + width / 2, y, 0], 454 * 3);
  points.set([x + (nose - 0.5) * width, y, -width / 3], 1 * 3);
  return { points, count: 478, presence: 0.99, pictureWidth, pictureHeight };
}
