import type { AvatarFrame, CameraFrame } from './picture.ts';

/**
 * A counter drawn into a picture as black and white blocks along its lower edge, to measure
 * glass-to-glass latency: the page stamps its camera, a server told to do so copies the *number*
 * (sixteen bits, nothing else of the picture) onto the avatar frame, and the page reads it back.
 *
 * Layout: {@link STAMP_BLOCKS} blocks across the full width, the lowest sixteenth of the height:
 * white, black (the marker), sixteen bits with the highest first, then their parity, then black.
 */
const STAMP_BITS = 16;
const STAMP_BLOCKS = STAMP_BITS + 4;
const STAMP_HEIGHT = 1 / 16;

/** Limited-range luma of the two colours, and what tells them apart after coding. */
const BLACK = 16;
const WHITE = 235;
const THRESHOLD = (BLACK + WHITE) / 2;
const NEUTRAL_CHROMA = 128;
/** The middle half of a block: its rim is blurred by scaling and coding. */
const SAMPLES = [0.25, 0.375, 0.5, 0.625, 0.75];

/** The blocks of a counter, true for white; the browser's side of a measurement draws the same. */
export function stampBlocks(counter: number): boolean[] {
  const bits = Array.from(
    { length: STAMP_BITS },
    (_, bit) => ((counter >> (STAMP_BITS - 1 - bit)) & 1) === 1,
  );
  const parity = bits.filter(Boolean).length % 2 === 1;
  return [true, false, ...bits, parity, false];
}

/** @returns the counter, or undefined where the blocks are not one. */
export function parseStamp(blocks: readonly boolean[]): number | undefined {
  const counter = blocks
    .slice(2, 2 + STAMP_BITS)
    .reduce((value, bit) => value * 2 + (bit ? 1 : 0), 0);
  const expected = stampBlocks(counter);
  return expected.every((block, index) => block === blocks[index]) ? counter : undefined;
}

/** @returns the counter stamped into a camera frame, or undefined where there is none. */
export function readStamp(frame: CameraFrame): number | undefined {
  const blocks = Array.from({ length: STAMP_BLOCKS }, (_, block) => {
    let sum = 0;
    for (const down of SAMPLES)
      for (const across of SAMPLES) {
        const x = Math.floor(((block + across) / STAMP_BLOCKS) * frame.width);
        const y = Math.floor((1 - STAMP_HEIGHT * (1 - down)) * frame.height);
        sum += frame.y[y * frame.strideY + x] ?? 0;
      }
    return sum / SAMPLES.length ** 2 > THRESHOLD;
  });
  return parseStamp(blocks);
}

/** Draws a counter over the lower edge of an avatar frame, in place. */
export function drawStamp(frame: AvatarFrame, counter: number): void {
  const top = Math.floor((frame.height * (1 - STAMP_HEIGHT)) / 2) * 2;
  const blocks = stampBlocks(counter);
  for (let x = 0; x < frame.width; x++) {
    const luma = blocks[Math.floor((x / frame.width) * STAMP_BLOCKS)] ? WHITE : BLACK;
    for (let y = top; y < frame.height; y++) frame.y[y * frame.width + x] = luma;
  }
  frame.u.fill(NEUTRAL_CHROMA, (top * frame.width) / 4);
  frame.v.fill(NEUTRAL_CHROMA, (top * frame.width) / 4);
}
