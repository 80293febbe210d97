import type { Radian } from './pose.ts';

/** A rotation in space, row-major 3×3. */
export type RotationMatrix = Float64Array;

export interface EulerAngles {
  yaw: Radian;
  pitch: Radian;
  roll: Radian;
}

/**
 * Writes Rz(roll)·Ry(yaw)·Rx(pitch) into `out`, with the signs of HeadPose: x to the picture's
 * right, y down, z away from the camera, so that a face looking ahead looks along −z.
 */
export function rotationOf({ yaw, pitch, roll }: EulerAngles, out: RotationMatrix): RotationMatrix {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  const cr = Math.cos(roll);
  const sr = Math.sin(roll);
  out[0] = cr * cy;
  out[1] = -cr * sy * sp - sr * cp;
  out[2] = -cr * sy * cp + sr * sp;
  out[3] = sr * cy;
  out[4] = -sr * sy * sp + cr * cp;
  out[5] = -sr * sy * cp - cr * sp;
  out[6] = sy;
  out[7] = cy * sp;
  out[8] = cy * cp;
  return out;
}

/** The angles that {@link rotationOf} makes the matrix of; yaw lies within ±π/2. */
export function anglesOf(r: RotationMatrix): EulerAngles {
  return {
    yaw: Math.asin(Math.min(1, Math.max(-1, r[6]!))),
    pitch: Math.atan2(r[7]!, r[8]!),
    roll: Math.atan2(r[3]!, r[0]!),
  };
}
