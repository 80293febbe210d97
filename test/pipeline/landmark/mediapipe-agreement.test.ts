import { describe, expect, it } from 'vitest';
import { findChromium } from '../../../src/commands/doctor/chromium.io.ts';
import { openLandmarkModel } from '../../../src/pipeline/landmark/landmark-model.io.ts';
import type { FaceLandmarks } from '../../../src/pipeline/landmark/landmarks.ts';
import { clipFrames, hasSharedMedia, sharedFile } from './media-frames.ts';
import { type OracleFace, openMediapipeOracle } from './mediapipe-oracle.ts';
import { toPicture } from './test-frames.ts';

const CLIPS = ['talking-woman-512', 'neutral-man-480', 'webcam-720p'];
/** Frames this far apart differ in pose and expression. */
const EVERY = 45;
const FRAMES_A_CLIP = 3;

/** Mean distances between our points and MediaPipe's, in pixels, and the blendshapes' largest. */
function compare(ours: FaceLandmarks, theirs: OracleFace) {
  let [planar, depth] = [0, 0];
  for (let i = 0; i < theirs.points.length; i += 3) {
    const d = [0, 1, 2].map((axis) => ours.points[i + axis]! - theirs.points[i + axis]!);
    planar += Math.hypot(d[0]!, d[1]!);
    depth += Math.abs(d[2]!);
  }
  const blend = theirs.blendshapes.reduce(
    (max, value, i) => Math.max(max, Math.abs(value - ours.blendshapes![i]!)),
    0,
  );
  const count = theirs.points.length / 3;
  return { planar: planar / count, depth: depth / count, blend };
}

describe.skipIf(!hasSharedMedia || findChromium() === undefined)('agreement with MediaPipe', () => {
  it.each(['face_landmarker.task', 'face_landmarker_v2_with_blendshapes.task'])(
    'sees with %s what MediaPipe’s own runtime sees, within a fifth of a pixel',
    { timeout: 180_000 },
    async (file) => {
      const faceModelPath = sharedFile(`models/${file}`);
      const model = await openLandmarkModel(
        { faceModelPath, modelsFolder: '/nonexistent' },
        { blendshapes: true },
      );
      const oracle = await openMediapipeOracle(faceModelPath);
      const seen: ReturnType<typeof compare>[] = [];
      try {
        for (const clip of CLIPS) {
          let index = 0;
          const until = (FRAMES_A_CLIP - 1) * EVERY + 1;
          for await (const frame of clipFrames(sharedFile(`media/clips/${clip}.mp4`), until)) {
            if (index++ % EVERY !== 0) continue;
            const ours = await model.createTracker().track(frame, 0);
            const [theirs] = await oracle.faces(toPicture(frame));
            expect(theirs?.points).toHaveLength(478 * 3);
            seen.push(compare(ours!, theirs!));
          }
        }
      } finally {
        await oracle.close();
        await model.close();
      }
      expect(seen).toHaveLength(CLIPS.length * FRAMES_A_CLIP);
      const mean = (pick: (one: (typeof seen)[number]) => number) =>
        seen.reduce((sum, one) => sum + pick(one), 0) / seen.length;
      expect(mean(({ planar }) => planar)).toBeLessThan(0.2);
      expect(mean(({ depth }) => depth)).toBeLessThan(0.3);
      expect(mean(({ blend }) => blend)).toBeLessThan(0.03);
      if (process.env.PRINT_FIGURES) console.log(file, JSON.stringify(seen));
    },
  );
});
