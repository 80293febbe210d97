// How pictures and planes lie in memory. A "network picture" is the picture as the network sees it: 256² bytes of
// Y, then 128² of U, then 128² of V. A "plane" is 128² f32; a field is as large, of nodes of four f32.

/** Sides of luma, and of chroma and planes. */
export const WIDE: i32 = 256;
export const HALF: i32 = 128;
/** Bytes of a network picture's luma, and of either chroma. */
export const Y_BYTES: usize = 65_536;
export const C_BYTES: usize = 16_384;
/** Bytes of a plane, of one of its rows, of a node. */
export const PLANE: usize = 65_536;
export const ROW: usize = 512;
export const NODE: usize = 16;
