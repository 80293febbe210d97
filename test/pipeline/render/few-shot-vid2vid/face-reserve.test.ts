import { describe, expect, it } from 'vitest';
import {
  FACE_OVAL,
  LIPS_INNER,
  LIPS_OUTER,
  outline,
} from '../../../../src/pipeline/landmark/face-topology.ts';
import { drawPolygon } from '../../../../src/pipeline/render/few-shot-vid2vid/coverage.ts';
import {
  FaceReserve,
  type Shown,
} from '../../../../src/pipeline/render/few-shot-vid2vid/face-reserve.ts';
import { FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { EYE_RINGS } from '../../../../src/pipeline/render/warp/mesh-contours.ts';
import { seededRandom } from '../../seeded-random.ts';
import { facePoints } from '../painted-face.ts';

const points = facePoints({ jaw: 0.4 });
const NONE: Shown = { face: 0, mouth: 0, eyes: 0, side: 0, turned: 0 };
const bytesOf = ({ buffer }: Float32Array): Uint8Array => new Uint8Array(buffer);

describe.each(FIELDS)(
  'what of a face is reserved on a field of $cells² for the example that shows it',
  (field) => {
    const { cells, plane, fineness } = field;

    const cell = (x: number, y: number): number =>
      Math.round(y * cells) * cells + Math.round(x * cells);
    const middleOf = (contour: readonly number[]): number => {
      const mean = (axis: 0 | 1) =>
        contour.reduce((sum, i) => sum + points[3 * i + axis]!, 0) / contour.length;
      return cell(mean(0), mean(1));
    };

    /** In the middle of the lower lip's red. */
    const LIP = middleOf([14, 17]);
    const INSIDE = middleOf([...LIPS_INNER.upper, ...LIPS_INNER.lower]);
    const EYES = EYE_RINGS.map(middleOf);
    const CHIN = cell(points[3 * 152]!, points[3 * 152 + 1]!);
    const CHEEK = cell(points[3 * 50]!, points[3 * 50 + 1]!);

    function withheld(shown: Partial<Shown>, at = points): Float32Array {
      const planes = new Float32Array(2 * plane).fill(1);
      new FaceReserve(field).withhold([planes], at, { ...NONE, ...shown });
      return planes;
    }

    /** The same without a shortcut: each outline drawn, and of each cell the most that a cell around it covers, the less the farther. */
    function defined({ face, mouth, eyes, side, turned }: Shown, at: Float32Array): Float32Array {
      const planes = new Float32Array(2 * plane).fill(1);
      const filled = (contours: readonly (readonly number[])[]): Uint8Array => {
        const bytes = new Uint8Array(plane);
        for (const contour of contours) {
          const corners = contour.flatMap((i) =>
            [at[3 * i]!, at[3 * i + 1]!].map((place) => place * cells - 0.5),
          );
          drawPolygon({ bytes, side: cells }, Float32Array.from(corners));
        }
        return bytes;
      };
      const spare = (
        contour: readonly number[],
        share: number,
        fade: number,
        but: readonly (readonly number[])[] = [],
      ): void => {
        const [bytes, holes] = [filled([contour]), filled(but)];
        for (let i = 0; i < 2 * plane; i++) {
          const [x, y] = [i % cells, Math.floor((i % plane) / cells)];
          let most = 0;
          for (let v = Math.max(0, y - fade); v <= Math.min(cells - 1, y + fade); v++) {
            for (let u = Math.max(0, x - fade); u <= Math.min(cells - 1, x + fade); u++) {
              const near = 1 - Math.hypot(u - x, v - y) / (fade + 1);
              most = Math.max(most, near * (bytes[v * cells + u]! / 255));
            }
          }
          planes[i]! *= 1 - share * (most * (1 - holes[i % plane]! / 255));
        }
      };
      spare(FACE_OVAL, Math.max(0.5 * side, 0.75 * turned), 2 * fineness);
      spare(FACE_OVAL, 0.6 * face, 2 * fineness, [outline(LIPS_OUTER), ...EYE_RINGS]);
      spare(outline(LIPS_OUTER), mouth, 2 * fineness);
      spare(outline(LIPS_INNER), 0.75, fineness);
      for (const contour of EYE_RINGS) spare(contour, eyes, 2 * fineness);
      return planes;
    }

    it('is all of the mouth where it is that very mouth, in each plane', () => {
      const planes = withheld({ mouth: 1 });
      for (const at of [LIP, plane + LIP, INSIDE, plane + INSIDE]) expect(planes[at]).toBe(0);
    });

    it('is a share of it where the example only resembles', () => {
      expect(withheld({ mouth: 0.3 })[LIP]).toBeCloseTo(0.7, 5);
    });

    it('is all of the eyes where they are those very eyes, and nothing of them for a mouth', () => {
      for (const at of EYES) {
        expect(withheld({ eyes: 1 })[at]).toBe(0);
        expect(withheld({ eyes: 0.3 })[at]).toBeCloseTo(0.7, 5);
        expect(withheld({ mouth: 1 })[at]).toBe(1);
      }
      expect(withheld({ eyes: 1 })[LIP]).toBe(1);
    });

    it('is three quarters of what lies between the lips, and nothing else, where no example shows it', () => {
      const planes = withheld(NONE);
      expect(planes[INSIDE]).toBe(0.25);
      for (const at of [LIP, CHIN, ...EYES]) expect(planes[at]).toBe(1);
    });

    it('is half of the whole face where a side is in view that the only picture hides', () => {
      const half = withheld({ side: 0.5 });
      const whole = withheld({ side: 1 });
      for (const at of [CHEEK, plane + CHEEK, LIP, ...EYES]) {
        expect(half[at]).toBeCloseTo(0.75, 5);
        expect(whole[at]).toBeCloseTo(0.5, 5);
      }
      expect(whole[cell(0.02, 0.02)]).toBe(1);
    });

    it('is three quarters of the whole face where the head is turned far from all pictures', () => {
      for (const at of [CHEEK, plane + CHEEK, LIP, ...EYES]) {
        expect(withheld({ turned: 1 })[at]).toBeCloseTo(0.25, 5);
        expect(withheld({ turned: 0.4, side: 0.2 })[at]).toBeCloseTo(0.7, 5);
      }
    });

    it('is some of the skin where an example shows the head so turned, whatever mouth and eyes do', () => {
      const planes = withheld({ face: 1 });
      expect(planes[CHEEK]).toBeCloseTo(0.4, 5);
      expect(withheld({ face: 0.5 })[plane + CHEEK]).toBeCloseTo(0.7, 5);
      for (const at of [LIP, ...EYES]) expect(planes[at]).toBe(1);
      expect(planes[cell(0.02, 0.02)]).toBe(1);
    });

    it('of the last output is what the examples show, and not once more what was withheld when it was drawn', () => {
      const share = new Float32Array(plane).fill(1);
      const shown: Shown = { face: 1, turned: 1, side: 1, mouth: 0.5, eyes: 0.5 };
      new FaceReserve(field).withholdAgain(share, points, shown);
      expect(share[CHEEK]).toBe(1);
      for (const at of [LIP, ...EYES]) expect(share[at]).toBeCloseTo(0.5, 5);
    });

    it('fades out around lips and eyes without an edge', () => {
      const planes = withheld({ mouth: 1, eyes: 1 });
      let steepest = 0;
      for (let i = cells; i < plane; i++) {
        steepest = Math.max(steepest, Math.abs(planes[i]! - planes[i - cells]!));
      }
      expect(steepest).toBeGreaterThan(0.2 / fineness);
      expect(steepest).toBeLessThan(0.6 / fineness);
    });

    it('is to the last bit what its definition says, cell by cell', () => {
      const random = seededRandom(7);
      for (let round = 0; round < 6; round++) {
        const at = facePoints({
          jaw: 0.5 * random(),
          yaw: 40 * random() - 20,
          x: 0.2 + 0.6 * random(),
          y: 0.1 + 0.8 * random(),
        });
        const shown = {
          face: random(),
          mouth: random(),
          eyes: random(),
          side: random(),
          turned: random(),
        };
        const found = withheld(shown, at);
        expect(Buffer.compare(bytesOf(found), bytesOf(defined(shown, at)))).toBe(0);
      }
    });

    it.each([-0.6, 0.6])('may lie outside of the picture, by %f of it', (offset) => {
      const moved = points.map((value, i) => (i % 3 === 2 ? value : value + offset));
      const planes = withheld({ mouth: 1, eyes: 1 }, Float32Array.from(moved));
      expect(planes.every((value) => value >= 0 && value <= 1)).toBe(true);
    });
  },
);
