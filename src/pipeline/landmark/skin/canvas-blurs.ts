/** Standard deviations, in blocks of the canvas. */
const SIGMAS = {
  /** Of what light and shade are told by. */
  light: 2.5,
  /** Of what contrast is. */
  contrast: 3,
  /** Over so many blocks skin moves as one: less tears it, more blurs what lips do. */
  flow: 0.5,
} as const;

/** Beyond so many standard deviations nothing is added up any more. */
const REACH = 2.6;

/** The middle of a Gaussian and what is to one side of it; all of it adds up to one. */
function gaussian(sigma: number): Float32Array {
  const taps = Float32Array.from({ length: Math.ceil(REACH * sigma) + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((total, tap) => total + 2 * tap, -taps[0]!);
  return taps.map((tap) => tap / sum);
}

/** The blurs that patterns are told by and motion is agreed on: none reaches beyond a grid's margin. */
export const CANVAS_BLURS = {
  light: gaussian(SIGMAS.light),
  contrast: gaussian(SIGMAS.contrast),
  flow: gaussian(SIGMAS.flow),
} as const;
