import { type Eye, LEFT_EYE, RIGHT_EYE } from '../../landmark/face-topology.ts';
import { smoothstep } from '../../smoothstep.ts';
import { type Canvas, type Colour, mixPixel, type PlacedTexture, sampleTexture } from './canvas.ts';
import { eyeWhite, type Iris } from './eye-white.ts';
import { LidPainter } from './eyelid.ts';
import { type Eyelid, LEFT_LID, RIGHT_LID } from './mesh-contours.ts';
import { OpeningFrame } from './opening-frame.ts';
import type { WarpExample, WarpIdentity } from './warp-identity.ts';

/** Width of the transition from lid to eyeball, in pixels of the output. */
const FEATHER = 1.4;
/** Lashes and the lid's wet edge belong to the lid: this share of the gap is not taken for eyeball. */
const LID_EDGE = 0.06;
/** The iris keeps its shape this far from its centre, and stops dragging the white of the eye here; iris radii. */
const IRIS_RIGID = 1.05;
const IRIS_REACH = 3.2;
/** From this distance on an example's eyeball is white for sure; iris radii. */
const IRIS_CLEAR = 1.3;
/**
 * Lids opened wider than the example's, and an iris that has moved aside, bare what the example has in shadow, or as
 * lashes or skin: there the white is painted. From where, and from where in full: of the example's gap, of the eye's width.
 */
const WIDER_FROM = 1.05;
const WIDER_TO = 1.5;
const ASIDE_FROM = 0.06;
const ASIDE_TO = 0.25;
/** Of what the example shows there, so much gives way; its veins and its shine stay a little. */
const PAINTED_WHITE = 0.85;
/** Lids that open wide let in more light than the example's brightest white got. */
const WIDE_LIGHT = 0.25;
/** Chroma of the white that is kept: what light colours, less what lids reflect. */
const WHITE_CHROMA = 0.5;
/** Shade of the upper lid and its lashes, over this share of the gap, and of the corners. */
const LID_SHADE = 0.3;
const LID_SHADE_REACH = 0.35;
const CORNER_SHADE = 0.25;
/** From the iris to the white: iris radii. */
const WHITE_FROM = 1.15;
/** Video's white. */
const BRIGHTEST = 235;
/**
 * However far eyes and head turn, the iris stays so many of its radii from the corners, of the eye's width at most: no eye is all white,
 * and eyes themselves turn no farther than to where the iris meets the corner.
 */
const IN_SIGHT = { radii: 1.15, most: 0.3 } as const;
/** Gap, as a share of the example's own, at which the lids count as shut, so that lashes hide what is between them, and from which as open. */
const SHUT = 0.18;
const OPEN = 0.45;
/** From there on lashes and lid take less and less light from the eyeball, to none from this gap on; chosen by the cast's lowered eyes. */
const LASH_SHADE = 0.35;
const UNSHADED = 0.9;

interface Rest {
  readonly frame: OpeningFrame;
  readonly iris: Iris;
}

function irisRadius(points: Float32Array, iris: number): number {
  let sum = 0;
  for (let k = 1; k <= 4; k++) {
    sum += Math.hypot(
      points[3 * (iris + k)]! - points[3 * iris]!,
      points[3 * (iris + k) + 1]! - points[3 * iris + 1]!,
    );
  }
  return sum / 4;
}

/** One eye: the eyeball of the example that shows it best, moved by the gaze behind lids that follow the pose. */
class EyeOpening {
  readonly #eye: Eye;
  readonly #texture: PlacedTexture;
  readonly #rest: Rest;
  readonly #frame: OpeningFrame;
  readonly #lid: LidPainter;
  readonly #colour: Colour = new Float32Array(3);
  /** Undefined where the example shows none. */
  readonly #white: Colour | undefined;

  constructor(eye: Eye, lid: Eyelid, points: Float32Array, texture: PlacedTexture) {
    this.#eye = eye;
    this.#texture = texture;
    const { side } = texture;
    this.#rest = {
      frame: new OpeningFrame(eye).fit(points, side, -0.5),
      iris: {
        x: points[3 * eye.iris]! * side - 0.5,
        y: points[3 * eye.iris + 1]! * side - 0.5,
        radius: irisRadius(points, eye.iris) * side,
      },
    };
    this.#white = eyeWhite(this.#rest.frame, this.#rest.iris, texture);
    this.#frame = new OpeningFrame(eye);
    this.#lid = new LidPainter(lid, points, texture);
  }

  /** Paints white over the colour of one place, `depth` of the gap below the upper lid. */
  #whiten(along: number, depth: number, light: number, share: number): void {
    const [colour, white] = [this.#colour, this.#white!];
    const shade =
      1 -
      LID_SHADE * (1 - smoothstep(0, LID_SHADE_REACH, depth)) -
      CORNER_SHADE * smoothstep(0.3, 0.5, Math.abs(along - 0.5));
    const luma = Math.min(BRIGHTEST, 16 + (white[0]! - 16) * light * shade);
    // What the example shows brighter is its own.
    colour[0]! += (Math.max(luma, colour[0]!) - colour[0]!) * share;
    for (let k = 1; k < 3; k++) {
      colour[k]! += (128 + (white[k]! - 128) * WHITE_CHROMA - colour[k]!) * share;
    }
  }

  draw(canvas: Canvas, points: Float32Array): void {
    const { side } = canvas;
    const { frame: source, iris: rest } = this.#rest;
    const frame = this.#frame.fit(points, side, -0.5);
    // Texels in a pixel: by the width of the lids, which hardly moves.
    const scale = source.width / frame.width;
    const open = (frame.height * scale) / Math.max(1e-3, source.height);
    this.#lid.draw(canvas, points, open);
    if (frame.height < 0.3) return;
    const radius = rest.radius / scale;
    const iris = 3 * this.#eye.iris;
    const gazeX = points[iris]! * side - 0.5;
    const gazeY = points[iris + 1]! * side - 0.5;
    const least = Math.min(IN_SIGHT.most, (IN_SIGHT.radii * radius) / frame.width);
    const gazeAlong = Math.min(1 - least, Math.max(least, frame.along(gazeX, gazeY)));
    const gazeAcross = frame.across(gazeX, gazeY);
    const sourceAlong = source.along(rest.x, rest.y);
    const sourceAcross = source.across(rest.x, rest.y);
    const shiftAlong = sourceAlong - gazeAlong;
    const shiftAcross = sourceAcross - gazeAcross * scale;
    const shut = 1 - smoothstep(SHUT, OPEN, open);
    const shaded = LASH_SHADE * (1 - smoothstep(OPEN, UNSHADED, open));
    const wide = smoothstep(WIDER_FROM, WIDER_TO, open);
    const aside = smoothstep(ASIDE_FROM, ASIDE_TO, Math.abs(shiftAlong));
    const painted = this.#white ? PAINTED_WHITE * Math.max(wide, aside) : 0;
    const light = 1 + WIDE_LIGHT * wide;

    const fromX = Math.max(0, Math.floor(frame.minX) - 1);
    const toX = Math.min(side - 1, Math.ceil(frame.maxX) + 1);
    const fromY = Math.max(0, Math.floor(frame.minY) - 1);
    const toY = Math.min(side - 1, Math.ceil(frame.maxY) + 1);
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        const along = frame.along(x, y);
        if (along <= 0.02 || along >= 0.98) continue;
        const across = frame.across(x, y);
        const upper = frame.upper(along);
        const lower = frame.lower(along);
        const gap = lower - upper;
        const alpha =
          smoothstep(-FEATHER / 2, FEATHER / 2, across - upper - LID_EDGE * gap) *
          smoothstep(-FEATHER / 2, FEATHER / 2, lower - LID_EDGE * gap - across) *
          smoothstep(0.4, 1.6, gap);
        if (alpha <= 0) continue;
        const fromIris =
          Math.hypot((along - gazeAlong) * frame.width, across - gazeAcross) / radius;
        const drag = 1 - smoothstep(IRIS_RIGID, IRIS_REACH, fromIris);
        const u = Math.min(0.97, Math.max(0.03, along + shiftAlong * drag));
        const top = source.upper(u);
        const bottom = source.lower(u);
        const edge = (bottom - top) * LID_EDGE * 2;
        let v = across * scale + shiftAcross * drag;
        // Behind the example's lids the iris is continued by its own other half.
        if (fromIris < IRIS_RIGID && v < top + edge) v = 2 * sourceAcross - v;
        v = Math.min(bottom - edge, Math.max(top + edge, v));
        let texelX = source.x(u, v);
        let texelY = source.y(u, v);
        if (fromIris > IRIS_RIGID) {
          // What the iris has left behind is white, not more iris.
          const apart = Math.hypot(texelX - rest.x, texelY - rest.y) / rest.radius;
          const least = Math.min(fromIris, IRIS_CLEAR);
          if (apart < least && apart > 1e-3) {
            texelX = rest.x + ((texelX - rest.x) * least) / apart;
            texelY = rest.y + ((texelY - rest.y) * least) / apart;
          }
        }
        sampleTexture(this.#texture, texelX, texelY, this.#colour);
        const share = painted * smoothstep(IRIS_RIGID, WHITE_FROM, fromIris);
        if (share > 0) this.#whiten(along, (across - upper) / gap, light, share);
        if (shaded > 0) this.#colour[0] = 16 + (this.#colour[0]! - 16) * (1 - shaded);
        if (shut > 0) {
          const { lash } = this.#lid;
          for (let k = 0; k < 3; k++) this.#colour[k]! += (lash[k]! - this.#colour[k]!) * shut;
        }
        mixPixel(canvas, x, y, this.#colour, alpha);
      }
    }
  }
}

/** Lids must be this much wider than the neutral example's for another's eyeballs to be taken. */
const CLEARLY_WIDER = 1.25;
/** The head may be turned more by this, radians, and the irises stand aside more by this share of the eye's width. */
const HARDLY_TURNED = 0.15;
const HARDLY_ASIDE = 0.03;

/** How far the irises are from the middle of their eyes, as a share of its width: mean of both. */
function asideOf({ points }: WarpExample): number {
  const [right, left] = [RIGHT_EYE, LEFT_EYE].map((eye) => {
    const frame = new OpeningFrame(eye).fit(points, 1, 0);
    return Math.abs(frame.along(points[3 * eye.iris]!, points[3 * eye.iris + 1]!) - 0.5);
  });
  return (right! + left!) / 2;
}

/**
 * Whether an example shows more of the eyeballs than the one taken so far. Irises that look aside are
 * half hidden, and trackers place them too near the middle; a turned head shows too little.
 */
function showsMore(example: WarpExample, reference: WarpExample): boolean {
  const narrower = ({ features }: WarpExample) =>
    Math.min(features.eyeOpenLeft, features.eyeOpenRight);
  return (
    narrower(example) > CLEARLY_WIDER * narrower(reference) &&
    Math.abs(example.features.yaw) < Math.abs(reference.features.yaw) + HARDLY_TURNED &&
    asideOf(example) < asideOf(reference) + HARDLY_ASIDE
  );
}

/** Both eyes of an identity. */
export class EyeOpenings {
  readonly #eyes: readonly EyeOpening[];

  constructor({ examples }: WarpIdentity, textures: readonly PlacedTexture[]) {
    let best = 0;
    examples.forEach((example, k) => {
      if (showsMore(example, examples[best]!)) best = k;
    });
    const { points } = examples[best]!;
    this.#eyes = [
      new EyeOpening(RIGHT_EYE, RIGHT_LID, points, textures[best]!),
      new EyeOpening(LEFT_EYE, LEFT_LID, points, textures[best]!),
    ];
  }

  draw(canvas: Canvas, points: Float32Array): void {
    for (const eye of this.#eyes) eye.draw(canvas, points);
  }
}
