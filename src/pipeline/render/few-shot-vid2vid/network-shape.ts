/** Side of the picture that the network sees; outputs have a multiple of it. */
export const NETWORK_SIDE = 256;
/** Side of everything that the network is given and gives: its picture's luma is split into four. */
export const FIELD_SIDE = NETWORK_SIDE / 2;
/** Numbers of one field. */
export const FIELD = FIELD_SIDE * FIELD_SIDE;
/** A picture as the network sees it, in bytes: Y of {@link NETWORK_SIDE}², U and V of {@link FIELD_SIDE}². */
export const NETWORK_PICTURE_BYTES = NETWORK_SIDE * NETWORK_SIDE + 2 * FIELD;
/** Channels that such a picture becomes: four of Y, U, V. */
export const PICTURE_CHANNELS = 6;
/** A displacement of a quarter of the picture is 1 to the network. */
export const DISPLACEMENT_SCALE = 4;
