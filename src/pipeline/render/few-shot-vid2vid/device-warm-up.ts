import type { Clock, Milli } from '../../../time.ts';
import type { AvatarFrame, Px } from '../../picture.ts';
import { BATCH_LENGTHS, type DeviceGenerators, MAX_BATCH } from './device-generators.ts';
import type { BetweenFrame, FullFrame } from './frame-feeds.ts';
import type { DeviceOutput } from './generator-sessions.ts';
import { FIELD } from './network-shape.ts';
import { USUAL_WINDOW } from './network-window.ts';

/** A worker that takes twenty seconds to start is taken for hung; the longest batches are the rarest. */
const LONGEST: Milli = 6_000;

/**
 * Draws batches of all lengths before any call does: a device takes seconds for the first of each. Faces as
 * identities are framed; what is drawn of a head that comes near is compiled when one does.
 * @param kernels of nobody.
 */
export async function warmUp(
  generators: DeviceGenerators,
  kernels: Float32Array,
  side: Px,
  clock: Clock,
): Promise<void> {
  const generator = await generators.openGenerator(kernels);
  const outputs: DeviceOutput[] = [];
  const until = clock() + LONGEST;
  try {
    const warp = black(side);
    const full: FullFrame = { kind: 'full', warp, window: USUAL_WINDOW, describe: () => undefined };
    const between: BetweenFrame = {
      kind: 'between',
      warp,
      flow: new Float32Array(2 * FIELD),
      left: new Uint8Array(FIELD),
    };
    while (outputs.length < MAX_BATCH) {
      const output = await generator.openOutput?.(side);
      if (!output) return; // told to whoever owns the device
      outputs.push(output);
    }
    for (const length of BATCH_LENGTHS) {
      for (const frame of [full, between]) {
        if (clock() > until) return;
        await Promise.all(outputs.slice(0, length).map((output) => output.draw(frame)));
      }
    }
  } catch {
    // The device failed, which its owner was told of: calls begin with the processor.
  } finally {
    for (const output of outputs) output.close();
    await generator.close();
  }
}

function black(side: Px): AvatarFrame {
  const chroma = (side * side) / 4;
  return {
    width: side,
    height: side,
    y: new Uint8Array(side * side).fill(16),
    u: new Uint8Array(chroma).fill(128),
    v: new Uint8Array(chroma).fill(128),
  };
}
