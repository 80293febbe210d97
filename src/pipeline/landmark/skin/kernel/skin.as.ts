// Reads the skin of a face and follows it, in AssemblyScript. Memory belongs to the caller, who passes byte offsets: an
// instance works on the one face whose planes lie there, in the order of `skin/sheet.as.ts`.

import { followSkin, rememberSkin } from './skin/flow.as.ts';
import { cover, normalise, readLuma } from './skin/reading.as.ts';
import { contrastCover, layOut, lightCover } from './skin/sheet.as.ts';

let triangleTable: usize = 0;
let affineTable: usize = 0;
let sightTable: usize = 0;
let lightTaps: usize = 0;
let contrastTaps: usize = 0;
let flowTaps: usize = 0;

/** Once, before all else: which memory is what, with masks, triangles, spans and taps in it and all else zero. */
export function lay(
  width: i32,
  height: i32,
  firstRow: i32,
  endRow: i32,
  planes: usize,
  spans: usize,
  triangles: usize,
  affine: usize,
  sight: usize,
  light: usize,
  contrast: usize,
  flow: usize,
): void {
  layOut(width, height, firstRow, endRow, spans, planes);
  triangleTable = triangles;
  affineTable = affine;
  sightTable = sight;
  lightTaps = light;
  contrastTaps = contrast;
  flowTaps = flow;
  cover(light, lightCover());
  cover(contrast, contrastCover());
}

/** At `luma` is the row `firstY` of a picture, of which as many follow as can be in sight. */
export function read(
  luma: usize,
  stride: i32,
  lastX: i32,
  firstY: i32,
  lastY: i32,
  taps: i32,
  noise: f32,
): void {
  readLuma(luma, stride, lastX, firstY, lastY, triangleTable, affineTable, sightTable, taps);
  normalise(lightTaps, contrastTaps, noise);
}

/** Returns how well what is seen agrees with what is known. */
export function follow(outlier: f32, still: f32, most: f32): f32 {
  return followSkin(flowTaps, outlier, still, most);
}

export function remember(share: f32, frames: f32): void {
  rememberSkin(share, frames);
}
