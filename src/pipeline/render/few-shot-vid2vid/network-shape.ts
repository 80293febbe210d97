/** Channels that a picture becomes, as the network sees it: four of Y, which is split by the parity of row and column, U, V. */
export const PICTURE_CHANNELS = 6;
/** A displacement of a quarter of the picture is 1 to the network. */
export const DISPLACEMENT_SCALE = 4;
