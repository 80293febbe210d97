import { describe, expect, it } from 'vitest';
import {
  Conditioning,
  conditioningBytes,
  INPUT_CHANNELS,
} from '../../../../src/pipeline/render/few-shot-vid2vid/conditioning.ts';
import { sizesOf } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { FIELDS, type Field } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import {
  networkPicture,
  picturePlanes,
} from '../../../../src/pipeline/render/few-shot-vid2vid/network-picture.ts';
import { DISPLACEMENT_SCALE } from '../../../../src/pipeline/render/few-shot-vid2vid/network-shape.ts';
import { newKernelMemory } from '../../../../src/pipeline/render/warp/kernel-space.ts';
import { enrolWarpIdentity } from '../../../../src/pipeline/render/warp/warp-identity.ts';
import { WarpPainter } from '../../../../src/pipeline/render/warp/warp-painter.ts';
import { type FaceShape, facePoints, paintedExample } from '../painted-face.ts';

const bytesOf = ({ buffer }: Float32Array): Uint8Array => new Uint8Array(buffer);
const largest = (values: Float32Array) =>
  values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

describe.each(FIELDS)('on a field of $cells²', (field: Field) => {
  const { cells, plane } = field;

  function stage(size = field.side) {
    const identity = enrolWarpIdentity([paintedExample()], newKernelMemory());
    const painter = new WarpPainter(identity, size, conditioningBytes(field));
    const conditioning = new Conditioning(painter, field, painter.spareAt);
    const show = (points: Float32Array) => {
      painter.draw(points);
      conditioning.take();
    };
    return {
      painter,
      conditioning,
      rest: identity.examples[0].points,
      show,
      keep: () => conditioning.keep(painter.canvas.at),
      play: (shape: FaceShape) => {
        show(facePoints(shape));
        conditioning.keep(painter.canvas.at);
      },
    };
  }

  /** The values of a two-channel field at a place in sides of the picture. */
  function fieldAt(field: Float32Array, x: number, y: number): [number, number] {
    const at = Math.round(y * cells - 0.5) * cells + Math.round(x * cells - 0.5);
    return [field[at]!, field[plane + at]!];
  }

  const channels = (input: Float32Array, from: number, count: number) =>
    input.slice(from * plane, (from + count) * plane);

  describe('the displacement', () => {
    it("is 0 in the example's own pose", () => {
      const { conditioning, rest, show } = stage();
      show(rest);
      expect(largest(conditioning.displacement)).toBeLessThan(1e-4);
    });

    it('points to where a place of the face is in the example', () => {
      const { conditioning, rest, show } = stage();
      const moved = facePoints({ x: 0.56, y: 0.4 });
      show(moved);
      for (const index of [1, 50, 280, 152]) {
        const [x, y] = [moved[3 * index]!, moved[3 * index + 1]!];
        const [dx, dy] = fieldAt(conditioning.displacement, x, y);
        expect(x + dx / DISPLACEMENT_SCALE).toBeCloseTo(rest[3 * index]!, 2);
        expect(y + dy / DISPLACEMENT_SCALE).toBeCloseTo(rest[3 * index + 1]!, 2);
      }
    });

    it('is 0 at the border of the picture', () => {
      const { conditioning, show } = stage();
      show(facePoints({ yaw: 20, x: 0.55 }));
      for (const place of [0.004, 0.996]) {
        for (const value of fieldAt(conditioning.displacement, place, 0.5)) {
          expect(Math.abs(value)).toBeLessThan(0.01);
        }
      }
    });
  });

  describe('the flow', () => {
    it('is 0 of a face that stands still', () => {
      const { conditioning, play, show } = stage();
      play({ yaw: 10, jaw: 0.1 });
      show(facePoints({ yaw: 10, jaw: 0.1 }));
      expect(largest(conditioning.flow)).toBe(0);
    });

    it('points to where a vertex stood', () => {
      const { conditioning, play, show } = stage();
      play({ x: 0.5 });
      show(facePoints({ x: 0.53, y: 0.41 }));
      const before = facePoints({ x: 0.5 });
      const now = facePoints({ x: 0.53, y: 0.41 });
      for (const index of [1, 50, 280]) {
        const [dx, dy] = fieldAt(conditioning.flow, now[3 * index]!, now[3 * index + 1]!);
        expect(now[3 * index]! + dx).toBeCloseTo(before[3 * index]!, 2);
        expect(now[3 * index + 1]! + dy).toBeCloseTo(before[3 * index + 1]!, 2);
      }
    });

    it('is 0 of the first picture, and of the first after the past was forgotten', () => {
      const { conditioning, play, show } = stage();
      play({});
      expect(largest(conditioning.flow)).toBe(0);
      play({ x: 0.55 });
      expect(largest(conditioning.flow)).toBeGreaterThan(0.02);
      conditioning.forget();
      show(facePoints({ x: 0.45 }));
      expect(largest(conditioning.flow)).toBe(0);
    });

    it('goes back to the picture that was kept last, not to one that failed', () => {
      const { conditioning, play, show } = stage();
      play({ x: 0.5 });
      show(facePoints({ x: 0.6 }));
      show(facePoints({ x: 0.53 }));
      const now = facePoints({ x: 0.53 });
      expect(fieldAt(conditioning.flow, now[3]!, now[4]!)[0]).toBeCloseTo(-0.03, 2);
    });
  });

  describe('the input of the generator', () => {
    it('shows the warped example in place of the previous picture where there is none', () => {
      const { conditioning, show } = stage();
      show(facePoints({ jaw: 0.2 }));
      const { warp, warpedPrevious, previous, lines, linesBefore } = INPUT_CHANNELS;
      const shown = channels(conditioning.input, warp, 6);
      expect(channels(conditioning.input, warpedPrevious, 6)).toEqual(shown);
      expect(channels(conditioning.input, previous, 6)).toEqual(shown);
      expect(channels(conditioning.input, linesBefore, 6)).toEqual(
        channels(conditioning.input, lines, 6),
      );
    });

    it('shows the previous picture, the previous lines, and that picture moved to where the face is', () => {
      const { conditioning, play, show } = stage();
      play({ x: 0.48 });
      const { warp, warpedPrevious, previous, lines, linesBefore } = INPUT_CHANNELS;
      const before = channels(conditioning.input, warp, 6);
      const linesThen = channels(conditioning.input, lines, 6);
      show(facePoints({ x: 0.52 }));
      expect(channels(conditioning.input, previous, 6)).toEqual(before);
      expect(channels(conditioning.input, linesBefore, 6)).toEqual(linesThen);
      const now = channels(conditioning.input, warp, 6);
      const moved = channels(conditioning.input, warpedPrevious, 6);
      const error = (a: Float32Array) => a.reduce((sum, v, i) => sum + (v - now[i]!) ** 2, 0);
      expect(error(moved)).toBeLessThan(0.2 * error(before));
    });

    it('holds the warped picture as it is drawn, at every size', () => {
      for (const size of sizesOf(field).filter((size) => size % 256 === 0)) {
        const { conditioning, painter, show } = stage(size);
        show(facePoints({ yaw: 8 }));
        const { memory, at, side } = painter.canvas;
        const texels = memory.subarray(at, at + side * side * 4);
        const planes = picturePlanes(
          networkPicture({ side, texels }, field, newKernelMemory()),
          field,
        );
        const shown = channels(conditioning.input, 0, 6);
        expect(Uint8Array.from(shown, (value) => Math.round(value * 255))).toEqual(planes);
      }
    });
  });

  describe('the part of the input that lies in a window', () => {
    it('is what the whole has there, channel after channel', () => {
      const { conditioning, play } = stage();
      play({});
      play({ yaw: 8, jaw: 0.1 });
      const window = { x: 16, y: 32, width: 80, height: 64 };
      const part = conditioning.inside(window).slice();
      const { input } = conditioning;
      expect(part.length).toBe(INPUT_CHANNELS.count * 80 * 64);
      for (let c = 0; c < INPUT_CHANNELS.count; c++)
        for (const [x, y] of [
          [0, 0],
          [79, 0],
          [41, 33],
          [79, 63],
        ] as const)
          expect(part[(c * 64 + y) * 80 + x]).toBe(
            input[c * plane + (y + window.y) * cells + x + window.x],
          );
    });

    it('is the same, to the last bit, where no more than the window was taken in', () => {
      const poses = [{}, { yaw: 8, jaw: 0.1 }, { yaw: 14, x: 0.47 }, { yaw: 10, y: 0.46 }];
      for (const window of [
        { x: 16, y: 32, width: 80, height: 64 },
        { x: 0, y: 48, width: 64, height: 80 },
        { x: 64, y: 0, width: 64, height: 96 },
      ]) {
        const [whole, part] = [stage(512), stage(512)];
        for (const shape of poses) {
          whole.painter.draw(facePoints(shape));
          part.painter.draw(facePoints(shape));
          whole.conditioning.take();
          part.conditioning.take(window);
          const [wanted, found] = [whole, part].map(({ conditioning }) =>
            conditioning.inside(window).slice(),
          );
          expect(Buffer.compare(bytesOf(found!), bytesOf(wanted!))).toBe(0);
          whole.keep();
          part.keep();
        }
      }
    });

    it('is the input itself for the whole field', () => {
      const { conditioning, show } = stage();
      show(facePoints());
      const whole = { x: 0, y: 0, width: cells, height: cells };
      expect(conditioning.inside(whole)).toBe(conditioning.input);
    });
  });
});
