import type { Picture } from '../../../src/pipeline/picture.ts';

type Rgb = readonly [number, number, number];

/** Where a face is drawn: its centre, its width, its clockwise tilt. */
export interface DrawnFace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly roll?: number;
}

interface Blob {
  /** Centre and radii in half face widths, from the middle of the face. */
  readonly at: readonly [number, number];
  readonly radii: readonly [number, number];
  readonly colour: Rgb;
  /** How far the edge fades, as a fraction of the radius. */
  readonly soft: number;
}

const HAIR: Rgb = [58, 38, 26];
const SKIN: Rgb = [222, 172, 142];
const SHADE: Rgb = [184, 128, 100];
const LIGHT: Rgb = [240, 200, 172];
const LIP: Rgb = [176, 84, 80];
const DARK: Rgb = [48, 30, 24];
const WHITE: Rgb = [244, 240, 236];
const IRIS: Rgb = [72, 92, 110];

const both = (blob: Blob): Blob[] => [blob, { ...blob, at: [-blob.at[0], blob.at[1]] }];

/** A face of soft ellipses, enough of one for the networks to take it for a face; back to front. */
const BLOBS: readonly Blob[] = [
  { at: [0, 1.7], radii: [0.55, 0.9], colour: SHADE, soft: 0.1 },
  { at: [0, -0.35], radii: [1.18, 1.3], colour: HAIR, soft: 0.05 },
  ...both({ at: [1.0, 0.1], radii: [0.16, 0.28], colour: SHADE, soft: 0.2 }),
  { at: [0, 0.12], radii: [1, 1.32], colour: SKIN, soft: 0.04 },
  { at: [0, 0.95], radii: [0.55, 0.4], colour: LIGHT, soft: 1 },
  { at: [0, -0.7], radii: [0.7, 0.4], colour: LIGHT, soft: 1 },
  ...both({ at: [0.82, 0.4], radii: [0.28, 0.8], colour: SHADE, soft: 1 }),
  ...both({ at: [0.42, -0.06], radii: [0.36, 0.24], colour: SHADE, soft: 1 }),
  ...both({ at: [0.43, -0.36], radii: [0.33, 0.06], colour: HAIR, soft: 0.5 }),
  ...both({ at: [0.42, -0.06], radii: [0.23, 0.105], colour: DARK, soft: 0.15 }),
  ...both({ at: [0.42, -0.045], radii: [0.2, 0.082], colour: WHITE, soft: 0.15 }),
  ...both({ at: [0.42, -0.05], radii: [0.09, 0.09], colour: IRIS, soft: 0.1 }),
  ...both({ at: [0.42, -0.05], radii: [0.04, 0.04], colour: DARK, soft: 0.2 }),
  ...both({ at: [0.14, 0.25], radii: [0.08, 0.4], colour: SHADE, soft: 1 }),
  { at: [0, 0.2], radii: [0.1, 0.42], colour: LIGHT, soft: 1 },
  { at: [0, 0.5], radii: [0.26, 0.13], colour: SHADE, soft: 1 },
  ...both({ at: [0.12, 0.53], radii: [0.07, 0.035], colour: DARK, soft: 0.6 }),
  { at: [0, 0.85], radii: [0.36, 0.11], colour: LIP, soft: 0.2 },
  { at: [0, 0.84], radii: [0.33, 0.015], colour: DARK, soft: 0.8 },
  { at: [0, 1.03], radii: [0.3, 0.06], colour: SHADE, soft: 1 },
];

/** Draws faces on a plain background. */
export function drawFaces(width: number, height: number, faces: readonly DrawnFace[]): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      let colour: [number, number, number] = [120, 132, 140];
      for (const face of faces) colour = paint(colour, x, y, face);
      rgba.set([...colour, 255], at);
    }
  }
  return { width, height, rgba };
}

function paint(
  under: [number, number, number],
  x: number,
  y: number,
  face: DrawnFace,
): [number, number, number] {
  const unit = face.width / 2;
  const cos = Math.cos(face.roll ?? 0);
  const sin = Math.sin(face.roll ?? 0);
  const dx = (x - face.x) / unit;
  const dy = (y - face.y) / unit;
  const fx = dx * cos + dy * sin;
  const fy = dy * cos - dx * sin;
  if (Math.abs(fx) > 1.5 || Math.abs(fy) > 2.7) return under;
  const colour: [number, number, number] = [...under];
  for (const { at, radii, colour: paint, soft } of BLOBS) {
    const distance = Math.hypot((fx - at[0]) / radii[0], (fy - at[1]) / radii[1]);
    const cover = Math.min(1, Math.max(0, (1 - distance) / soft));
    for (const c of [0, 1, 2] as const) colour[c] += (paint[c] - colour[c]) * cover;
  }
  return colour;
}
