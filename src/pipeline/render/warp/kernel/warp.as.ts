// The pixel work of the warp engine, in AssemblyScript. Memory belongs to the caller, who passes
// byte offsets; what a map is: warp/map.as.ts.

export { resetMap, rasterise } from './warp/map.as';
export { remap, remapOver } from './warp/remap.as';
export { softenEdges } from './warp/soft-edges.as';
export { drawSilhouette } from './warp/silhouette.as';
export { layOver } from './warp/backdrop.as';
export { shade, spreadGrid } from './warp/shade.as';
export { toPlanes } from './warp/planes.as';
