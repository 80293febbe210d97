import { describe, expect, it } from 'vitest';
import {
  checkFaces,
  EnrolmentError,
  MIN_FACE_WIDTH,
} from '../../../../src/pipeline/render/identity/enrolment-check.ts';
import { fakeFace } from './fake-face.ts';

const face = fakeFace({ x: 320, y: 240, width: 200 });

function refusal(faces: Parameters<typeof checkFaces>[0]): EnrolmentError {
  try {
    checkFaces(faces, 2);
  } catch (error) {
    if (error instanceof EnrolmentError) return error;
  }
  throw new Error('was not refused');
}

describe('a picture to enrol from', () => {
  it('is taken when it shows one face', () => {
    expect(checkFaces([face], 0)).toBe(face);
  });

  it('may show a small face in the background', () => {
    expect(checkFaces([face, fakeFace({ x: 40, y: 40, width: 50 })], 0)).toBe(face);
  });

  it('is refused with a sentence that names it when it shows none', () => {
    expect(refusal([])).toMatchObject({ code: 'no_face', picture: 2 });
    expect(refusal([]).message).toContain('Picture 3');
  });

  it('is refused when it shows two people', () => {
    const other = fakeFace({ x: 500, y: 240, width: 150 });
    expect(refusal([face, other])).toMatchObject({ code: 'several_faces', value: 2 });
  });

  it('is refused when the face is tiny', () => {
    const tiny = fakeFace({ x: 320, y: 240, width: MIN_FACE_WIDTH - 2 });
    expect(refusal([tiny])).toMatchObject({ code: 'face_too_small', valid: MIN_FACE_WIDTH });
  });

  it('is refused when the face is a profile, or not a number', () => {
    expect(refusal([fakeFace({ x: 320, y: 240, width: 200, nose: 1.3 })]).code).toBe(
      'face_turned_away',
    );
    expect(refusal([fakeFace({ x: 320, y: 240, width: 200, nose: Number.NaN })]).code).toBe(
      'face_turned_away',
    );
  });

  it('may be a turned head, but not as the first of the pictures', () => {
    const turned = fakeFace({ x: 320, y: 240, width: 200, nose: 0.95 });
    expect(checkFaces([turned], 1)).toBe(turned);
    expect(() => checkFaces([turned], 0)).toThrow(EnrolmentError);
  });
});
