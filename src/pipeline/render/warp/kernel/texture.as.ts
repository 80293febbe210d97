// Makes textures of pictures, and says what of them moves with a head, in AssemblyScript. Memory belongs to the
// caller, who passes byte offsets; a texture's `stride` is the bytes from one row to the next. What takes long is
// asked for in parts, `from` and `to`: code that is new to a thread gets quick between two calls, not within one.

export { toYuv, resample, resampleToBytes } from './texture/resample.as';
export { halve, replicateEdges } from './texture/levels.as';
export { shiftColours } from './texture/colours.as';
export { relight } from './texture/relight.as';
export { halvedLuma, coverAll, coverDoubled } from './texture/cover.as';
export { halvePlane, raise, stretch } from './texture/planes.as';
export { sampleMask } from './texture/mask.as';
export { boxMean } from './texture/box-mean.as';
export { multiply, fitLines, applyDoubled } from './texture/guided-filter.as';
export { takeKnown, pull, normalise, push, putUnknown } from './texture/backdrop.as';
