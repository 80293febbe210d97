import type { AvatarFrame, Px } from '../../src/pipeline/picture.ts';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import type { Engine, Example, RenderEffort } from '../../src/pipeline/render/engine.ts';
import { frameOf } from './clip.ts';
import type { TunedSet } from './tuned-set.io.ts';

/** A way to draw an identity, under the name that its rows have. */
export interface Contender {
  readonly name: string;
  /** Without one the first example stands still: what doing nothing scores. */
  readonly engine?: Engine;
  /** What its pictures depend on beside the code: the folder of its weights. */
  readonly models?: string;
  /** Efforts of consecutive frames, in turn; all that the engine can, where left out. */
  readonly efforts?: readonly RenderEffort[];
  /** Kernels of clips' own that it draws with; it can draw no others. */
  readonly tuned?: TunedSet;
}

export const STATIC: Contender = { name: 'static' };

/** One contender at work on one identity; whoever opened it closes it. */
export interface Drawing {
  /** The identity's neutral pose; undefined for what stands still. */
  readonly neutral: Pose | undefined;
  /** The planes are valid until the next call. */
  draw(pose: Pose): Promise<AvatarFrame>;
  close(): Promise<void>;
}

/** @throws UnderstudyError as the engine's enrolment does. */
export async function openDrawing(
  { engine, efforts = ['full'] }: Contender,
  examples: readonly Example[],
  size: Px,
): Promise<Drawing> {
  if (!engine) {
    const still = frameOf(examples[0]!.picture);
    return { neutral: undefined, draw: async () => still, close: async () => undefined };
  }
  const enrolled = await engine.enrol(examples);
  const renderer = await engine.open(enrolled, { size, mark: false });
  let frame = 0;
  return {
    neutral: engine.neutral(enrolled),
    draw: (pose) => renderer.render(pose, efforts[frame++ % efforts.length]),
    async close() {
      renderer.close();
      await engine.discard(enrolled);
    },
  };
}
