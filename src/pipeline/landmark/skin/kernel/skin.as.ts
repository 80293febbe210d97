// Looks for the skin of a face in a frame, in AssemblyScript: reads the frame into a canvas around the face, draws the face
// there as it was first seen, as its mesh has it in the frame, and finds by how much each place of it is off. Memory
// belongs to the caller; an instance works on the one face that lies in it, as `skin/layout.as.ts` says where.

import { readCanvas } from './skin/canvas.as.ts';
import { findFlow } from './skin/flow.as.ts';
import {
  CONTRAST_BLUR,
  DRAWN,
  drawnOf,
  FLOW_BLUR,
  FLOW_X,
  FLOW_Y,
  FRAME,
  frameOf,
  GRID_ROW,
  LEVELS,
  LIGHT_BLUR,
  LUMA,
  MARGIN,
  POINTS,
  REFERENCE,
  sideOf,
  TRIANGLES,
  weightOf,
} from './skin/layout.as.ts';
import { halve, normalise } from './skin/light.as.ts';
import { drawMesh } from './skin/mesh.as.ts';

export {
  CONTRAST_BLUR,
  DRAWN,
  FLOW_BLUR,
  FLOW_X,
  FLOW_Y,
  FRAME,
  GRID_ROW,
  LIGHT_BLUR,
  LUMA,
  MARGIN,
  POINTS,
  REFERENCE,
  TRIANGLES,
};

export { drawMesh as draw, readCanvas as read };

/** Returns how well the frame agrees with what was drawn. */
export function follow(noise: f32, outlier: f32, still: f32, most: f32, steps: i32): f32 {
  normalise(FRAME, frameOf(0), noise);
  normalise(DRAWN, drawnOf(0), noise);
  for (let level = 1; level < LEVELS; level++) {
    const side = sideOf(level - 1);
    halve(frameOf(level - 1), frameOf(level), side);
    halve(drawnOf(level - 1), drawnOf(level), side);
    halve(weightOf(level - 1), weightOf(level), side);
  }
  return findFlow(outlier, still, most, steps);
}
