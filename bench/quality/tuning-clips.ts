import type { Picture } from '../../src/pipeline/picture.ts';
import { type Clip, type ClipFrame, chooseExamples, exampleOf } from './clip.ts';
import { deformedPictures } from './deformed-pictures.ts';

/** A clip to fine-tune on: from its first picture all from `start` on are to be drawn. */
export interface TuningClip {
  readonly name: string;
  readonly pictures: readonly Picture[];
  readonly start: number;
}

/**
 * What fine-tuning for a clip may see: its first so many examples and nothing else of it. Each takes
 * a turn as the only one, from which all are drawn; a single one is drawn from its deformed selves.
 * @param motion of somebody's face that deforms a single example.
 */
export async function tuningClips(
  clip: Pick<Clip, 'examples'>,
  count: number,
  motion: readonly ClipFrame[],
): Promise<TuningClip[]> {
  const examples = chooseExamples(clip.examples, count).map(exampleOf);
  const [only, ...others] = examples;
  if (others.length === 0) {
    const deformed = await deformedPictures(only!, motion);
    return deformed.map((picture, i) => ({
      name: `deformed-${i}`,
      pictures: [picture, only!.picture],
      start: 1,
    }));
  }
  return examples.map(({ picture }, i) => ({
    name: `from-${i}`,
    pictures: [picture, ...examples.flatMap((other, j) => (j === i ? [] : [other.picture]))],
    start: 0,
  }));
}
