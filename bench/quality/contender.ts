import type { AvatarFrame, Px } from '../../src/pipeline/picture.ts';
import type { Pose } from '../../src/pipeline/pose/pose.ts';
import type { Engine, Example } from '../../src/pipeline/render/engine.ts';
import { frameOf } from './clip.ts';
import type { TunedSet } from './tuned-set.io.ts';

/** A way to draw an identity, under the name that its rows have. */
export interface Contender {
  readonly name: string;
  /** Without one the first example stands still: what doing nothing scores. */
  readonly engine?: Engine;
  /** What its pictures depend on beside the code: the folder of its weights. */
  readonly models?: string;
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
  { engine }: Contender,
  examples: readonly Example[],
  size: Px,
): Promise<Drawing> {
  if (!engine) {
    const still = frameOf(examples[0]!.picture);
    return { neutral: undefined, draw: async () => still, close: async () => undefined };
  }
  const enrolled = await engine.enrol(examples);
  const renderer = await engine.open(enrolled, { size, mark: false });
  return {
    neutral: engine.neutral(enrolled),
    draw: (pose) => renderer.render(pose),
    async close() {
      renderer.close();
      await engine.discard(enrolled);
    },
  };
}
