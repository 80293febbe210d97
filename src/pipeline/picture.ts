import type { Flavor } from '../time.ts';

/** A length in whole or fractional pixels. */
export type Px = Flavor<number, 'px'>;

/**
 * A decoded camera frame: planar YUV 4:2:0, 8 bit, BT.601 limited range unless `fullRange`.
 * Chroma planes are ceil(width/2) × ceil(height/2). The planes are plain JS-owned memory;
 * whoever receives the frame owns it, and it stays valid until given back to its decoder.
 *
 * This type exists only between decode and what follows the face, landmark and skin: the render contract does not mention it,
 * so that no engine can ever see, hence send, a driver's pixel.
 */
export interface CameraFrame {
  readonly width: Px;
  readonly height: Px;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  readonly strideY: number;
  readonly strideUv: number;
  readonly fullRange: boolean;
  /** Clockwise rotation still to be applied for display (RTP CVO / file metadata). */
  readonly rotation: 0 | 90 | 180 | 270;
}

/** A still picture: interleaved RGBA, 8 bit, sRGB, row-major, no padding, upright. */
export interface Picture {
  readonly width: Px;
  readonly height: Px;
  readonly rgba: Uint8ClampedArray;
}

/**
 * A rendered avatar frame on its way to the encoder: planar YUV 4:2:0, BT.601 limited range,
 * tightly packed (strideY = width, strideUv = width/2), even dimensions. The planes may be views
 * of a renderer's reused memory: valid until that renderer's next `render` call.
 */
export interface AvatarFrame {
  readonly width: Px;
  readonly height: Px;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}
