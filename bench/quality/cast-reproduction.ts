import type { AvatarFrame } from '../../src/pipeline/picture.ts';
import { poseOf } from '../../src/pipeline/pose/neutral-pose.ts';
import { exampleOf } from './clip.ts';
import { type Contender, openDrawing } from './contender.ts';
import { describeFace } from './face-space.ts';
import { Means } from './mean.ts';
import type { Person } from './person.ts';
import { present, type Scores } from './reproduction.ts';
import { type Jury, STILL_SCORES, type StillScore, scoreStill } from './still-scores.ts';

/**
 * Draws each of a person's pictures from others of them: from the neutral one (K = 1), or from that
 * and the ones before the wanted picture, going round (K = 2 … all the others).
 * @param seen is given every drawn picture.
 */
export async function reproducePictures(
  {
    person,
    contender,
    examples: count,
  }: { person: Person; contender: Contender; examples: number },
  jury: Omit<Jury, 'identity'>,
  seen: (index: number, frame: AvatarFrame) => void,
): Promise<Scores> {
  const { pictures } = person;
  const means = new Means<StillScore>();
  const identity = describeFace(pictures[0]!.frame, pictures[0]!.face);
  for (let wanted = 1; wanted < pictures.length; wanted++) {
    const others = pictures.filter((_, i) => i > 0 && i !== wanted);
    // The first of the others follows the wanted one, so that each serves and is wanted equally often.
    const turned = others.map((_, k) => others[(k + wanted - 1) % others.length]!);
    const chosen = [pictures[0]!, ...turned].slice(0, count);
    const drawing = await openDrawing(contender, chosen.map(exampleOf), pictures[0]!.frame.width);
    try {
      const truth = pictures[wanted]!;
      const made = await drawing.draw(poseOf(truth.face));
      seen(wanted, made);
      jury.tracker.reset();
      await scoreStill(made, truth, 0, { ...jury, identity }, means);
    } finally {
      await drawing.close();
    }
  }
  return present(Object.fromEntries(STILL_SCORES.map((name) => [name, means.of(name)])));
}
