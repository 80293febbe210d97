import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ClipFrame, pictureOf, readClip } from '../bench/quality/clip.io.ts';
import { keypointDistance, psnr, ssim, tremor } from '../bench/quality/picture-distance.ts';
import { faceRegion, mouthRegion } from '../bench/quality/region.ts';
import type { LandmarkModel } from '../src/pipeline/landmark/face-tracker.ts';
import { openLandmarkModel } from '../src/pipeline/landmark/landmark-model.io.ts';
import { poseOf } from '../src/pipeline/pose/neutral-pose.ts';
import { Puppeteer } from '../src/pipeline/pose/puppeteer.ts';
import type { Example } from '../src/pipeline/render/engine.ts';
import { measureFace } from '../src/pipeline/render/warp/face-features.ts';
import { warpEngine } from '../src/pipeline/render/warp/warp-engine.ts';
import type { Milli } from '../src/time.ts';

/**
 * How well an engine reproduces a clip from a few of its own frames: each frame's landmarks are drawn
 * with the clip's first frame (and others) as identity, and compared with the frame itself.
 * `node scripts/quality.ts [--json out.json]`; the figures stand in docs/quality.md.
 */

const SIDE = 512;
/** All the clips have 30 frames a second. */
const FRAME: Milli = 1000 / 30;
const shared = (path: string) => fileURLToPath(new URL(`../../shared/${path}`, import.meta.url));
const CLIPS = [
  { name: 'talking-woman', path: shared('media/clips/talking-woman-512.mp4'), squaring: 'crop' },
  {
    name: 'webcam-720p, squeezed',
    path: shared('media/clips/webcam-720p.mp4'),
    squaring: 'squeeze',
  },
  { name: 'webcam-720p, cropped', path: shared('media/clips/webcam-720p.mp4'), squaring: 'crop' },
  { name: 'neutral-man', path: shared('media/clips/neutral-man-480.mp4'), squaring: 'crop' },
] as const;

interface Scores {
  readonly clip: string;
  readonly engine: string;
  readonly examples: number;
  readonly facePsnr: number;
  readonly mouthPsnr: number;
  readonly faceSsim: number;
  /** Of the re-tracked output, pixels at 512². */
  readonly keypoints: number;
  /** The output's tremor over the clip's own. */
  readonly flicker: number;
}

/** The first frame, then again and again the one least like those taken. */
function chosen(frames: readonly ClipFrame[], count: number): ClipFrame[] {
  const features = frames.map(({ face }) => {
    const { mouthOpen, mouthWide, smile, eyeOpenLeft, eyeOpenRight, yaw, pitch } = measureFace(
      face.points,
    );
    return [mouthOpen, mouthWide, smile, 3 * (eyeOpenLeft + eyeOpenRight), yaw, pitch];
  });
  const distance = (a: number, b: number) =>
    Math.hypot(...features[a]!.map((value, k) => value - features[b]![k]!));
  const taken = [0];
  while (taken.length < count) {
    const nearest = frames.map((_, i) => Math.min(...taken.map((t) => distance(i, t))));
    taken.push(nearest.indexOf(Math.max(...nearest)));
  }
  return taken.map((i) => frames[i]!);
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

async function score(
  clip: string,
  frames: readonly ClipFrame[],
  model: LandmarkModel,
  count: number,
  staged: boolean,
): Promise<Scores> {
  const tracker = model.createTracker();
  const first = frames[0]!;
  const examples: Example[] = chosen(frames, count).map(({ frame, face }) => ({
    picture: pictureOf(frame),
    landmarks: face,
  }));
  const enrolled = count > 0 ? await warpEngine.enrol(examples) : undefined;
  const renderer = enrolled && warpEngine.open(enrolled, { size: SIDE, mark: false });
  const firstPose = enrolled && warpEngine.neutral(enrolled);
  const puppeteer =
    firstPose && staged
      ? new Puppeteer(firstPose, { motion: 'absolute', view: { x: 0, y: 0, side: SIDE } })
      : undefined;
  const lists = { face: [], mouth: [], ssim: [], keypoints: [], own: [], made: [] } as Record<
    'face' | 'mouth' | 'ssim' | 'keypoints' | 'own' | 'made',
    number[]
  >;
  const drawn: Uint8Array[] = [];
  for (const [i, { frame, face }] of frames.entries()) {
    const out =
      (await renderer?.render(puppeteer?.drive(face, i * FRAME).pose ?? poseOf(face))) ??
      first.frame;
    drawn.push(out.y.slice());
    const region = faceRegion(face.points, SIDE);
    if (i > 0) {
      lists.face.push(psnr(out.y, frame.y, region));
      lists.mouth.push(psnr(out.y, frame.y, mouthRegion(face.points, SIDE)));
      lists.ssim.push(ssim(out.y, frame.y, SIDE, region));
      const again = await tracker.track(
        { ...frame, y: out.y.slice(), u: out.u.slice(), v: out.v.slice() },
        i * FRAME,
      );
      if (again) lists.keypoints.push(keypointDistance(again.points, face.points, 468));
    }
    if (i > 1) {
      const [a, b] = [frames[i - 2]!.frame.y, frames[i - 1]!.frame.y];
      lists.own.push(tremor(a, b, frame.y, region));
      lists.made.push(tremor(drawn[i - 2]!, drawn[i - 1]!, drawn[i]!, region));
      drawn[i - 2] = new Uint8Array();
    }
  }
  renderer?.close();
  return {
    clip,
    engine: count === 0 ? 'static' : staged ? 'pose stage + warp' : 'warp',
    examples: count,
    facePsnr: mean(lists.face),
    mouthPsnr: mean(lists.mouth),
    faceSsim: mean(lists.ssim),
    keypoints: mean(lists.keypoints),
    flicker: mean(lists.made) / mean(lists.own),
  };
}

const present = CLIPS.filter(({ path }) => existsSync(path));
if (present.length === 0) {
  console.error(`No clips to measure on: ${CLIPS.map(({ path }) => path).join(', ')}.`);
  process.exitCode = 1;
} else {
  const model = await openLandmarkModel({
    faceModelPath: shared('models/face_landmarker.task'),
    modelsFolder: '',
  });
  const scores: Scores[] = [];
  console.log('| clip | engine | K | face dB | mouth dB | face SSIM | keypoints px | flicker × |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const { name, path, squaring } of present) {
    const frames = await readClip(path, model.createTracker(), SIDE, squaring);
    const runs = [[0], [1], [2], [4], [1, true]] as const;
    for (const [count, staged = false] of runs) {
      const s = await score(name, frames, model, count, staged);
      scores.push(s);
      console.log(
        `| ${s.clip} | ${s.engine} | ${s.examples || ''} | ${s.facePsnr.toFixed(2)} | ${s.mouthPsnr.toFixed(2)} | ${s.faceSsim.toFixed(3)} | ${s.keypoints.toFixed(2)} | ${s.flicker.toFixed(2)} |`,
      );
    }
  }
  await model.close();
  const json = process.argv.indexOf('--json');
  if (json > 0) await writeFile(process.argv[json + 1]!, `${JSON.stringify(scores, null, 2)}\n`);
}
