import { describe, expect, it } from 'vitest';
import { FACE_OVAL } from '../../../../src/pipeline/landmark/face-topology.ts';
import { OUTLINE_SHARES } from '../../../../src/pipeline/landmark/skin/outline-shares.ts';

const [NOSE, CHEEK] = [4, 50];

describe('how far points belong to the outline of a face', () => {
  it('is wholly on it, and not at all in the middle', () => {
    for (const i of FACE_OVAL) expect(OUTLINE_SHARES[i]).toBeCloseTo(1, 5);
    expect(OUTLINE_SHARES[NOSE]).toBe(0);
  });

  it('is in part in between', () => {
    expect(OUTLINE_SHARES[CHEEK]).toBeGreaterThan(0.05);
    expect(OUTLINE_SHARES[CHEEK]).toBeLessThan(0.95);
  });
});
