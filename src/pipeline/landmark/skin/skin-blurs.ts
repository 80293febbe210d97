/** Standard deviations, in cells of a face's sheet. */
const SIGMAS = {
  /** Of what light and shade are told by. */
  light: 5,
  /** Of what contrast is. */
  contrast: 6,
  /** Over so many cells skin moves as one. */
  flow: 2.5,
} as const;

/** Beyond so many standard deviations nothing is added up any more. */
const REACH = 2.5;

/** The middle of a Gaussian and what is to one side of it; all of it adds up to one. */
function gaussian(sigma: number): Float32Array {
  const taps = Float32Array.from({ length: Math.ceil(REACH * sigma) + 1 }, (_, i) =>
    Math.exp((-i * i) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((total, tap) => total + 2 * tap, -taps[0]!);
  return taps.map((tap) => tap / sum);
}

/** The blurs that skin is read and followed by, as {@link gaussian} has them: none reaches beyond the sheet's margin. */
export const SKIN_BLURS = {
  light: gaussian(SIGMAS.light),
  contrast: gaussian(SIGMAS.contrast),
  flow: gaussian(SIGMAS.flow),
} as const;
