import type { CameraFrame } from '../picture.ts';

/**
 * The turn in an ISO display matrix (ISO/IEC 14496-12 §8.2.2): nine native-endian 32-bit
 * integers, as FFmpeg hands them out, of which the first two hold cosine and sine in 16.16.
 * @returns clockwise degrees to the nearest quarter; mirroring is ignored.
 */
export function displayRotation(matrix: Uint8Array): CameraFrame['rotation'] {
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const cosine = view.getInt32(0, true);
  const sine = view.getInt32(4, true);
  const quarters = Math.round(Math.atan2(sine, cosine) / (Math.PI / 2));
  return ((((quarters % 4) + 4) % 4) * 90) as CameraFrame['rotation'];
}
