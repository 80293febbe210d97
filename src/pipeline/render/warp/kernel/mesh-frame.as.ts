// What a device is told of a frame that it is to draw itself, in AssemblyScript. Memory belongs to the caller, who
// passes byte offsets; what a map is: warp/map.as.ts, what a tile: mesh-frame/tiles.as.ts.

export { rasteriseNumbered } from './warp/map.as';
export { drawSilhouetteMarking } from './warp/silhouette.as';
export { codeNodes, numberNodes } from './mesh-frame/node-codes.as';
export { markEdges, markPainted, remapMarked, takeMarked } from './mesh-frame/tiles.as';
