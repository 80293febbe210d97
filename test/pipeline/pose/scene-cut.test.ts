import { describe, expect, it } from 'vitest';
import { isSceneCut } from '../../../src/pipeline/pose/scene-cut.ts';

const head = { yaw: 0, pitch: 0, roll: 0, x: 320, y: 240, scale: 100 };
const FRAME = 1 / 30;

describe('isSceneCut', () => {
  it('sees none where a head moves as heads do', () => {
    expect(isSceneCut(head, { ...head, x: 345, yaw: 0.15, scale: 103 }, FRAME)).toBe(false);
  });

  it('sees one where the head is elsewhere, turned or of another size at once', () => {
    expect(isSceneCut(head, { ...head, x: 400 }, FRAME)).toBe(true);
    expect(isSceneCut(head, { ...head, yaw: 0.8 }, FRAME)).toBe(true);
    expect(isSceneCut(head, { ...head, scale: 140 }, FRAME)).toBe(true);
  });

  it('allows for more motion between the frames of a slow camera', () => {
    expect(isSceneCut(head, { ...head, x: 400 }, 1 / 8)).toBe(false);
  });
});
