import { describe, expect, it } from 'vitest';
import { FewShotRenderer } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { FIELD_256, FIELDS } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { WarpRenderer } from '../../../../src/pipeline/render/warp/warp-renderer.ts';
import { fakeOutput } from './fake-device-output.ts';
import {
  type Answer,
  copyOf,
  far,
  identity,
  isCorrected,
  meanDistance,
  options,
  plainly,
  poses,
  SIDE_MIDDLE,
  SIZE,
  SKIN_SEEN,
  scripted,
} from './scripted-network.ts';

describe('a frame of few-shot vid2vid that the processor finishes', () => {
  it.each(['full', 'small', 'between'] as const)(
    'draws the warp to the last bit on a finer field where the network has nothing to add, with the effort %s',
    async (effort) => {
      const size = FIELD_256.side;
      const generator = { ...scripted({}), field: FIELD_256, windows: true };
      const renderer = new FewShotRenderer(identity, generator, { size, mark: false });
      const plain = await plainly(size);
      for (const [i, pose] of poses.slice(0, 3).entries()) {
        const frame = await renderer.render(pose, i === 0 ? 'full' : effort);
        if (effort !== 'between') expect(copyOf(frame)).toEqual(plain[i]);
        // What was moved along is not as sharp: a step, on average.
        else expect(meanDistance(frame.y, plain[i]!.y)).toBeLessThan(1);
      }
    },
  );

  it.each(['full', 'small'] as const)(
    'gives the network the same part of the picture on a finer field, with the effort %s',
    async (effort) => {
      const given = [];
      for (const field of FIELDS) {
        const generator = { ...scripted({ residual: 0.1 }, { previous: 1 }), field, windows: true };
        const wanted = { size: FIELD_256.side, mark: false };
        const renderer = new FewShotRenderer(identity, generator, wanted);
        await renderer.render(far, effort);
        const { y } = await renderer.render(far, effort);
        const plain = await new WarpRenderer(identity, wanted).render(far);
        const middle = (wanted.size / 2) * (wanted.size + 1);
        // What was added a frame ago, and is shown again.
        expect(isCorrected(y[middle]!, plain.y[middle]!, 26, 2)).toBe(true);
        given.push(generator.dims[0]!.slice(2).map((length) => length / field.fineness));
      }
      expect(given[1]).toEqual(given[0]);
    },
  );

  describe('on half the field', () => {
    const small = (...answers: Answer[]) => ({ ...scripted(...answers), windows: true });

    it('draws where the network takes parts of the field, and on a processor', async () => {
      const whole = new FewShotRenderer(identity, scripted({}), options);
      expect(whole.efforts).toEqual(['full', 'between', 'warp']);
      expect(new FewShotRenderer(identity, small({}), options).efforts).toContain('small');
      const { output, seen } = fakeOutput();
      const renderer = new FewShotRenderer(identity, small({}), options, output);
      expect(renderer.efforts).toEqual(['full', 'between', 'warp']);
      seen.lost = true;
      await renderer.render(poses[0]!);
      expect(renderer.efforts).toEqual(['full', 'small', 'between', 'warp']);
    });

    it('gives the network less than half of the cells, and adds what it answers', async () => {
      const generator = small({ residual: 0.1 });
      const plain = copyOf(await new WarpRenderer(identity, options).render(far));
      const renderer = new FewShotRenderer(identity, generator, options);
      const frame = copyOf(await renderer.render(far, 'small'));
      await renderer.render(far, 'full');
      const [half, full] = generator.dims.map(([, , rows = 0, columns = 0]) => rows * columns);
      // A quarter, but that windows grow in steps twice as long.
      expect(half! / full!).toBeLessThan(0.5);
      for (const place of [SIDE_MIDDLE, SIDE_MIDDLE - 20 * SIZE]) {
        expect(isCorrected(frame.y[place]!, plain.y[place]!, 26)).toBe(true);
      }
      expect(frame.y[0]).toBe(plain.y[0]);
    });

    it('draws the warp to the last bit where the network has nothing to add', async () => {
      const plain = await plainly();
      const renderer = new FewShotRenderer(identity, small({}), options);
      for (const [i, pose] of poses.entries()) {
        expect(copyOf(await renderer.render(pose, 'small'))).toEqual(plain[i]);
      }
    });

    it('keeps the past through changes of effort, whichever comes next', async () => {
      const orders = [
        ['full', 'small'],
        ['small', 'full'],
        ['small', 'small'],
        ['small', 'between'],
      ] as const;
      for (const [first, second] of orders) {
        const generator = small({ residual: 0.1 }, { previous: 1 });
        const renderer = new FewShotRenderer(identity, generator, options);
        const plain = await plainly();
        await renderer.render(poses[0]!, first);
        const frame = copyOf(await renderer.render(poses[1]!, second));
        // It was brightened a frame ago, on the face, and is shown where the face is now.
        const brighter = Math.min(235, plain[1]!.y[SIDE_MIDDLE]! + SKIN_SEEN ** 2 * 26);
        expect(Math.abs(frame.y[SIDE_MIDDLE]! - brighter)).toBeLessThanOrEqual(3);
      }
    });

    it('begins afresh after the warp, as a first frame does', async () => {
      const generator = small({ residual: 0.1 });
      const renderer = new FewShotRenderer(identity, generator, options);
      await renderer.render(far, 'small');
      await renderer.render(far, 'small');
      await renderer.render(far, 'warp');
      await renderer.render(far, 'small');
      const previousIsWarp = generator.inputs.map((input) => {
        const planes = 6 * (input.length / 32);
        return input.subarray(2 * planes, 3 * planes).every((value, i) => value === input[i]);
      });
      expect(previousIsWarp).toEqual([true, false, true]);
    });

    it('serves the warp where the answer is no picture', async () => {
      const plain = await plainly();
      for (const bad of [{ residual: Number.NaN }, { previous: 1.5 }, { fails: true }]) {
        const renderer = new FewShotRenderer(identity, small(bad), options);
        expect(copyOf(await renderer.render(poses[0]!, 'small'))).toEqual(plain[0]);
        expect(renderer.degraded).toBe(1);
      }
    });
  });
});
