import type { AvatarFrame, CameraFrame } from '../../src/pipeline/picture.ts';

/** What a peer does to each picture: the same bytes in and out on every peer. */
export const TRANSFORMS = ['pass-through', 'invert'] as const;
export type Transform = (typeof TRANSFORMS)[number];

export function isTransform(name: string): name is Transform {
  return TRANSFORMS.some((transform) => transform === name);
}

/**
 * Does a transform to a decoder's picture, in place: the caller gives the frame away. The decoders'
 * planes are tight already, so that nothing is copied.
 */
export function transformed(frame: CameraFrame, transform: Transform): AvatarFrame {
  const { width, height, y, u, v } = frame;
  if (transform === 'invert') for (const plane of [y, u, v]) invert(plane);
  return { width, height, y, u, v };
}

/** 255 − x for every byte, four at a time. */
function invert(plane: Uint8Array): void {
  const head = Math.min(plane.length, -plane.byteOffset & 3);
  const words = new Uint32Array(plane.buffer, plane.byteOffset + head, (plane.length - head) >> 2);
  for (let i = 0; i < words.length; i++) words[i] = ~words[i]!;
  for (let i = 0; i < head; i++) plane[i] = ~plane[i]!;
  for (let i = head + words.length * 4; i < plane.length; i++) plane[i] = ~plane[i]!;
}
