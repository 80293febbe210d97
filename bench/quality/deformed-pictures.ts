import type { Picture } from '../../src/pipeline/picture.ts';
import { Puppeteer } from '../../src/pipeline/pose/puppeteer.ts';
import type { Example } from '../../src/pipeline/render/engine.ts';
import { type FaceFeatures, measureFace } from '../../src/pipeline/render/warp/face-features.ts';
import { warpEngine } from '../../src/pipeline/render/warp/warp-engine.ts';
import { type ClipFrame, pictureOf } from './clip.ts';
import { openDrawing } from './contender.ts';
import { momentsOf } from './moments.ts';
import { FRAME_MS } from './still-scores.ts';

/** A head turned farther than this shows half of its face no more, and lids shut to less of the example's eyes no eye. */
const FARTHEST_TURN = 0.3;
const LEAST_OPEN = 0.75;

/** Whether of a face as it moves now the one at rest could be drawn: all that is to be seen of it is there. */
function shows(now: FaceFeatures, rest: FaceFeatures): boolean {
  const open = (face: FaceFeatures) => Math.min(face.eyeOpenLeft, face.eyeOpenRight);
  return (
    Math.hypot(now.yaw - rest.yaw, now.pitch - rest.pitch) < FARTHEST_TURN &&
    open(now) > LEAST_OPEN * open(rest)
  );
}

/**
 * A picture as the warp draws it with somebody else's face motion, at the moments that have most of
 * it and hide nothing. Where there is but one picture of a person, to draw it from its deformed
 * selves is all that fine-tuning can practise on.
 * @param motion begins at rest.
 */
export async function deformedPictures(
  example: Example,
  motion: readonly ClipFrame[],
): Promise<Picture[]> {
  const engine = warpEngine();
  try {
    const drawing = await openDrawing({ name: 'warp', engine }, [example], example.picture.width);
    try {
      const puppeteer = new Puppeteer(drawing.neutral!, { motion: 'relative' });
      const features = motion.map(({ face }) => measureFace(face.points));
      const telling = motion.filter((_, i) => shows(features[i]!, features[0]!));
      const moments = new Set(momentsOf(telling).map((i) => motion.indexOf(telling[i]!)));
      const pictures: Picture[] = [];
      for (const [i, { face }] of motion.entries()) {
        const { pose } = puppeteer.drive(face, i * FRAME_MS);
        if (moments.has(i)) pictures.push(pictureOf(await drawing.draw(pose)));
      }
      return pictures;
    } finally {
      await drawing.close();
    }
  } finally {
    await engine.close();
  }
}
