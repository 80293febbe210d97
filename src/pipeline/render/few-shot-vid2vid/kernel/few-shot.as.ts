// The pixel work around the generator of the engine few-shot-vid2vid, in AssemblyScript. Memory
// belongs to the caller, who passes byte offsets; how what lies there is laid out: few-shot/layout.as.ts.

export { reduce, reduceLarge, distance } from './few-shot/network-picture.as';
export { toUnit, pack, cutPlanes, placePlanes, largest } from './few-shot/planes.as';
export { warpPicture } from './few-shot/picture-warp.as';
export { clearField, splitField } from './few-shot/field.as';
export { placePrevious } from './few-shot/previous-output.as';
export { addResidual } from './few-shot/residual.as';
