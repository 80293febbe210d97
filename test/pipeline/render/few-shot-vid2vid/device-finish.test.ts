import { describe, expect, it } from 'vitest';
import type { Pose } from '../../../../src/pipeline/pose/pose.ts';
import { FewShotRenderer } from '../../../../src/pipeline/render/few-shot-vid2vid/few-shot-renderer.ts';
import { FIELD_128 } from '../../../../src/pipeline/render/few-shot-vid2vid/field.ts';
import { fakeOutput } from './fake-device-output.ts';
import {
  copyOf,
  identity,
  isCorrected,
  options,
  plainly,
  poses,
  SIDE_MIDDLE,
  SIZE,
  SKIN_SEEN,
  scripted,
} from './scripted-network.ts';

const { cells, plane: FIELD } = FIELD_128;

describe('a frame of few-shot vid2vid that a device finishes', () => {
  it('waits for a device as it is told to, and for the processor not at all', async () => {
    const waits: number[] = [];
    const elsewhere = async <T>(wait: () => Promise<T>, own: () => number): Promise<T> => {
      const answer = await wait();
      waits.push(own());
      return answer;
    };
    const wanted = { ...options, elsewhere };
    const { output } = fakeOutput();
    await new FewShotRenderer(identity, scripted({}), wanted, output).render(poses[0]!);
    expect(waits).toEqual([3]);
    await new FewShotRenderer(identity, scripted({ residual: 0.1 }), wanted).render(poses[0]!);
    expect(waits).toEqual([3]);
  });

  it('sends a device the warp of each frame, and shows what comes back, marked', async () => {
    const plain = await plainly();
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(
      identity,
      scripted({}),
      { ...options, mark: true },
      output,
    );
    for (const [i, pose] of poses.slice(0, 3).entries()) {
      const frame = await renderer.render(pose, i === 1 ? 'between' : 'full');
      expect(seen.warps[i]).toEqual(plain[i]!.y);
      const [middle, corner] = [SIDE_MIDDLE, (SIZE - 12) * SIZE + SIZE - 12];
      expect(frame.y[middle]).toBe(plain[i]!.y[middle]! ^ 1);
      expect(Math.abs(frame.y[corner]! - plain[i]!.y[corner]!)).toBeGreaterThan(20);
    }
    expect(seen.kinds).toEqual(['full', 'between', 'full']);
    renderer.close();
    renderer.close();
    expect(seen.closed).toBe(1);
  });

  it('tells a device of the pose before, of how the mesh moved, and of none at a first frame', async () => {
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    for (const pose of poses.slice(0, 2)) await renderer.render(pose);
    renderer.reset();
    await renderer.render(poses[2]!);
    const maps = seen.maps.map((all) =>
      [0, 1].map((k) => all.subarray(6 * k * FIELD, 6 * (k + 1) * FIELD)),
    );
    const [first, second, afresh] = maps as [Uint8Array[], Uint8Array[], Uint8Array[]];
    expect(first[1]).toEqual(first[0]);
    expect(second[1]).toEqual(first[0]);
    expect(second[0]).not.toEqual(first[0]);
    expect(afresh[1]).toEqual(afresh[0]);
    const moves = seen.motions.map((motion) => motion.subarray(0, 2 * FIELD).some((x) => x !== 0));
    expect(moves).toEqual([false, true, false]);
    // Of what is between the lips the warp keeps three quarters, of what the picture does not show little.
    for (const all of seen.maps) {
      const left = all.subarray(12 * FIELD);
      expect(left[0]).toBe(255);
      expect(Math.min(...left)).toBeGreaterThan(62 * SKIN_SEEN);
    }
  });

  it('has a device move the last output of the face alone, and less of it between the lips', async () => {
    const { output, seen } = fakeOutput();
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    await renderer.render(poses[0]!);
    await renderer.render(poses[4]!, 'between');
    const { points } = poses[4]!;
    const cell = (x: number, y: number) => Math.floor(y * cells) * cells + Math.floor(x * cells);
    const [left] = seen.left as [Uint8Array];
    const leftAt = (point: number) => left[cell(points[3 * point]!, points[3 * point + 1]!)]!;
    for (const cheek of [50, 280]) expect(leftAt(cheek)).toBe(255);
    for (const place of [0, 64, FIELD - 1]) expect(left[place]).toBe(0);
    const [upper, lower] = [points[3 * 13 + 1]!, points[3 * 14 + 1]!];
    expect(left[cell(points[3 * 13]!, (upper + lower) / 2)]).toBe(64);
  });

  it('has a device that holds its textures draw the warp, too', async () => {
    const { output, seen } = fakeOutput({ holds: true });
    const renderer = new FewShotRenderer(identity, scripted({}), options, output);
    await renderer.furnish();
    expect(seen.sheets.map(({ side, count }) => [side, count])).toEqual([[SIZE, 1]]);
    for (const effort of ['full', 'between'] as const) {
      const { y, u } = await renderer.render(poses[0]!, effort);
      expect([y, u].map((plane) => plane[SIDE_MIDDLE % plane.length])).toEqual([129, 128]);
    }
    const plain = await plainly();
    expect(copyOf(await renderer.render(poses[0]!, 'warp')), 'no device has a part in it').toEqual(
      plain[0],
    );
    expect(seen).toMatchObject({ kinds: ['full', 'between'], layers: [1, 1], warps: [] });
  });

  describe.each([
    ['paints', false],
    ['has a device draw', true],
  ])('that %s the warp', (_, holds) => {
    const opened = async (generator: ReturnType<typeof scripted>) => {
      const { output, seen } = fakeOutput({ holds });
      const renderer = new FewShotRenderer(identity, generator, options, output);
      await renderer.furnish();
      return { renderer, seen };
    };

    it('serves it where a device calls its own picture unsound, and starts afresh', async () => {
      const plain = await plainly();
      const { renderer, seen } = await opened(scripted({}));
      await renderer.render(poses[0]!);
      seen.unsound = true;
      expect(copyOf(await renderer.render(poses[1]!))).toEqual(plain[1]);
      expect(renderer.degraded).toBe(1);
      seen.unsound = false;
      await renderer.render(poses[2]!);
      expect(seen.hadPrevious).toEqual([false, true, false]);
    });

    it('goes on with the processor, from that very frame, when its device is lost', async () => {
      const plain = await plainly();
      const generator = scripted({ residual: 0.1 });
      const { renderer, seen } = await opened(generator);
      await renderer.render(poses[0]!);
      seen.lost = true;
      for (const i of [1, 2]) {
        const { y } = await renderer.render(poses[i]!);
        const aboveMouth = y.subarray(0, y.length / 2);
        expect(aboveMouth.every((luma, at) => isCorrected(luma, plain[i]!.y[at]!, 26))).toBe(true);
      }
      expect(generator.inputs).toHaveLength(2);
      expect(renderer.degraded).toBe(0);
      renderer.close();
      expect(seen).toMatchObject({ closed: 1, kinds: ['full', 'full'] });
    });
  });

  it('draws while another one waits for its device what it draws alone', async () => {
    const answers = { residual: 0.05, previous: 0.6, flow: 0.01 };
    const film = async (renderer: FewShotRenderer, order: readonly Pose[]) => {
      const frames = [];
      for (const pose of order) frames.push(copyOf(await renderer.render(pose)));
      return frames;
    };
    const [forth, back] = [poses, poses.toReversed()];
    const alone = [];
    for (const order of [forth, back]) {
      alone.push(await film(new FewShotRenderer(identity, scripted(answers), options), order));
    }
    // Both have drawn their warp before either has its answer.
    const slow = () => {
      const generator = scripted(answers);
      return {
        field: generator.field,
        run: async (feeds: Parameters<typeof generator.run>[0]) => {
          await new Promise((resolve) => setImmediate(resolve));
          return generator.run(feeds);
        },
      };
    };
    const together = await Promise.all(
      [forth, back].map((order) => film(new FewShotRenderer(identity, slow(), options), order)),
    );
    expect(together).toEqual(alone);
  });
});
