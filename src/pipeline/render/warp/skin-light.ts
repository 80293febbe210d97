import { FACE_MESH_POINTS } from '../../landmark/landmarks.ts';
import { isSkin, texelsOf } from './skin-texels.ts';
import type { TextureLevel } from './texture.ts';

/**
 * How bright skin is by where it faces: nine numbers, of spherical harmonics up to the second order, which hold all but a
 * hundredth of what a matt surface shows of any light (Ramamoorthi, Hanrahan, "On the relationship between radiance and
 * irradiance", JOSA A 18(10), 2001). In linear light.
 */
export type SkinLight = Float64Array;

const LIGHT_TERMS = 9;
/** Skin seen more aslant than this cosine is mixed with what lies behind it. */
const SEEN_FROM = 0.25;
/** Fewer points tell of a spot, not of a face. */
const LEAST_POINTS = 40;
/** Of each point's weight, what pulls towards an even light: cheeks are redder than foreheads in any. */
const EVEN = 0.05;
/**
 * What differs between left and right is the light's doing; what differs between up and down, or the middle and the sides, is half
 * the face's own: brows, beards, hollows.
 */
const [SIDEWAYS, OTHERWISE] = [1, 0.5] as const;
/** Those of the terms that change sign from left to right. */
const ODD: ReadonlySet<number> = new Set([1, 4, 5]);
/** Of the mean light, the least that is thought to fall anywhere. */
const DARKEST = 0.05;
/** Encoded luma to light, about as BT.601 cameras have it. */
export const GAMMA = 2.2;

/** Writes the terms of a direction of unit length. */
function termsOf(x: number, y: number, z: number, out: Float64Array): void {
  out[0] = 1;
  out[1] = x;
  out[2] = y;
  out[3] = z;
  out[4] = x * y;
  out[5] = x * z;
  out[6] = y * z;
  out[7] = x * x - y * y;
  out[8] = 3 * z * z - 1;
}

const terms = new Float64Array(LIGHT_TERMS);

/** How bright skin is that faces a direction. */
export function lightAt(light: SkinLight, x: number, y: number, z: number): number {
  termsOf(x, y, z, terms);
  let sum = 0;
  for (let k = 0; k < LIGHT_TERMS; k++) sum += light[k]! * terms[k]!;
  return Math.max(DARKEST * light[0]!, sum);
}

/**
 * The light in a picture, told by its skin: least squares over the points of the face that are seen.
 * @param texture one of few texels, so that each is a patch of skin. @param points x, y, z interleaved, in sides of it.
 * @param normals of unit length, three numbers a point, the third positive towards the camera.
 */
export function measureSkinLight(
  texture: TextureLevel,
  points: Float32Array,
  normals: Float64Array,
  memory: WebAssembly.Memory,
): SkinLight {
  const colourAt = texelsOf(texture, points, memory);
  const n = LIGHT_TERMS;
  const products = new Float64Array(n * n);
  const sums = new Float64Array(n);
  let count = 0;
  for (let v = 0; v < FACE_MESH_POINTS; v++) {
    const facing = normals[3 * v + 2]!;
    if (!isSkin(v) || facing < SEEN_FROM) continue;
    const light = (Math.max(0, colourAt(v)[0]! - 16) / 219) ** GAMMA;
    termsOf(normals[3 * v]!, normals[3 * v + 1]!, facing, terms);
    for (let i = 0; i < n; i++) {
      sums[i]! += terms[i]! * light;
      for (let j = 0; j < n; j++) products[i * n + j]! += terms[i]! * terms[j]!;
    }
    count++;
  }
  const even = Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0);
  if (count < LEAST_POINTS) return even;
  for (let i = 1; i < n; i++) products[i * n + i]! += EVEN * count;
  solve(products, sums);
  // A face that is lit by nothing at all says nothing.
  if (!(sums[0]! > 0)) return even;
  return sums.map((value, k) => value * (k === 0 ? 1 : ODD.has(k) ? SIDEWAYS : OTHERWISE));
}

/** Solves a symmetric positive definite system in place: Cholesky; the answer takes the place of `b`. */
function solve(a: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i]! -= a[i * n + k]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i]! -= a[k * n + i]! * b[k]!;
    b[i]! /= a[i * n + i]!;
  }
}
