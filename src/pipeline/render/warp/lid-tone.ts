import { smoothstep } from '../../smoothstep.ts';
import { type Colour, type PlacedTexture, sampleTexture } from './canvas.ts';
import type { Eyelid } from './mesh-contours.ts';
import type { OpeningFrame } from './opening-frame.ts';

/** Skin darker than this share of the lid's tone is brow, lash or their shadow; wholly so at the second. */
const BARE_FROM = 0.88;
const BARE_TO = 0.65;
/** Skin whose colour is weaker than this share of that below the eye is grey brow; wholly so at the second. */
const TINGED_FROM = 0.62;
const TINGED_TO = 0.42;
/** In a picture with less colour than this, as in one without any, brows are not told by it. */
const LEAST_TINGE = 0.08;
/** Fewer bare samples than this do not tell the lid's colour: the skin below the eye does. */
const LEAST_SAMPLES = 8;
/** Of the samples between crease and brow, by luma: brighter than hair and folds, darker than highlights. */
const TONE_RANK = 0.6;
/**
 * What light a shut lid has of that on the skin below the eye, at least: unlike the skin over an open eye, which lies in
 * the shadow of the brow, it bulges out into the light. This and what follows is chosen by the cast, each of whom has a picture with shut eyes.
 */
const LIT = 0.8;
/** Between its ends a lid is lit as the skin below is there; what is more or less than this is another thing than light. */
const LIT_LIMITS = [0.7, 1.3] as const;
/** From the shade at its corners it comes into the light within this share of its length. */
const CORNERS = 0.32;
/** From above the crease to below it likewise, in shares of the lid's height; and what of the light is lost towards the lashes. */
const CREASE_FROM = -0.6;
const CREASE_TO = 0.25;
const LOST_AT_LASHES = 0.6;
const BLACK = 16;

/** The skin of an upper lid, without brow and lashes, and the light that falls on it where it is shut. */
export class LidTone {
  /** From crease to brow in the example, texels. */
  readonly toBrow: number;
  readonly #rest: OpeningFrame;
  readonly #texture: PlacedTexture;
  /** How strong the colour of the skin below the eye is. */
  readonly #tinge: number;
  readonly #bare: Colour;
  /** Luma above black that a shut lid has in the middle, and at the outermost places below it. */
  readonly #lit: number;
  /** U and V of that, for each step of luma. */
  readonly #tint: readonly [number, number];
  readonly #ends: readonly [LitPlace, LitPlace];

  /** @param rest the lid in the texture, from crease to edge; @param points of the face, in sides of it. */
  constructor(lid: Eyelid, rest: OpeningFrame, points: Float32Array, texture: PlacedTexture) {
    this.#rest = rest;
    this.#texture = texture;
    const { side } = texture;
    const placeOf = (i: number): [number, number] => [
      points[3 * i]! * side,
      points[3 * i + 1]! * side,
    ];
    this.toBrow = Math.max(0, rest.upper(0.5) - rest.across(...placeOf(lid.brow)));
    const places = lid.below.map((i) => {
      const [x, y] = placeOf(i);
      return { along: rest.along(x, y), colour: this.#at(x - 0.5, y - 0.5) };
    });
    const below = meanOf(places.map(({ colour }) => colour));
    this.#tinge = tingeOf(below);
    this.#bare = this.#tone(below);
    const most = below[0]! - BLACK;
    this.#lit = Math.min(most, Math.max(most * LIT, this.#bare[0]! - BLACK));
    const tintOf = (k: number) => (below[k]! - 128) / Math.max(1, most);
    this.#tint = [tintOf(1), tintOf(2)];
    places.sort((a, b) => a.along - b.along);
    const [least, greatest] = LIT_LIMITS;
    const light = ({ along, colour }: (typeof places)[number]): LitPlace => ({
      along,
      share: Math.min(greatest, Math.max(least, (colour[0]! - BLACK) / Math.max(1, most))),
    });
    this.#ends = [light(places[0]!), light(places[places.length - 1]!)];
  }

  /** Brings the colour of one place between crease and brow, as the example shows it, to what it is on the shut lid. */
  shut(colour: Colour, along: number, down: number): void {
    const bare = this.#bare;
    const bright = (colour[0]! - BLACK) / Math.max(1, bare[0]! - BLACK);
    const hairy = Math.max(1 - smoothstep(BARE_TO, BARE_FROM, bright), this.#grey(colour));
    for (let k = 0; k < 3; k++) colour[k]! += (bare[k]! - colour[k]!) * hairy;
    const [a, b] = this.#ends;
    const t = Math.min(1, Math.max(0, (along - a.along) / Math.max(1e-3, b.along - a.along)));
    const bulge =
      smoothstep(0, CORNERS, Math.min(along, 1 - along)) *
      smoothstep(CREASE_FROM, CREASE_TO, down) *
      (1 - LOST_AT_LASHES * smoothstep(CREASE_TO, 1, down));
    const shade = bare[0]! - BLACK;
    const lit = Math.max(0, this.#lit * (a.share + (b.share - a.share) * t) - shade) * bulge;
    // Its grain is that of the shade, no more; its colour that of lit skin, as far as it is lit.
    colour[0]! += lit;
    const own = (shade / Math.max(1, shade + lit)) ** 2;
    for (let k = 1; k < 3; k++) {
      const tone = (shade + lit) * this.#tint[k - 1]!;
      colour[k]! += (128 + tone - bare[k]!) * (1 - own);
    }
  }

  #at(x: number, y: number): Colour {
    const colour: Colour = new Float32Array(3);
    sampleTexture(this.#texture, x, y, colour);
    return colour;
  }

  /** How surely this is a brow of grey hair: skin in shadow and in the light keeps its colour. */
  #grey(colour: Colour): number {
    if (this.#tinge < LEAST_TINGE) return 0;
    return 1 - smoothstep(TINGED_TO, TINGED_FROM, tingeOf(colour) / this.#tinge);
  }

  /** The skin between brow and lashes as the example shows it. */
  #tone(below: Colour): Colour {
    const rest = this.#rest;
    const samples: Colour[] = [];
    for (let along = 0.25; along <= 0.76; along += 0.05) {
      const crease = rest.upper(along);
      const strip = rest.lower(along) - crease;
      const rows = [-0.4, -0.3, -0.2, -0.1].map((share) => this.toBrow * share);
      for (const row of [...rows, 0.1 * strip, 0.3 * strip]) {
        samples.push(this.#at(rest.x(along, crease + row), rest.y(along, crease + row)));
      }
    }
    const bare = samples.filter((sample) => this.#grey(sample) < 0.5);
    if (bare.length < LEAST_SAMPLES) return below;
    bare.sort((a, b) => a[0]! - b[0]!);
    const rank = Math.floor(bare.length * TONE_RANK);
    const spread = Math.floor(bare.length * 0.15);
    return meanOf(bare.slice(rank - spread, rank + spread + 1));
  }
}

/** How much light there is at a place along the lid, of that in the middle. */
interface LitPlace {
  readonly along: number;
  readonly share: number;
}

/** How strong a colour is for its brightness: the same in light and shadow. */
function tingeOf([y, u, v]: Colour): number {
  return Math.hypot(u! - 128, v! - 128) / Math.max(1, y! - BLACK);
}

export function meanOf(colours: readonly Colour[]): Colour {
  const mean: Colour = new Float32Array(3);
  for (const colour of colours) for (let k = 0; k < 3; k++) mean[k]! += colour[k]! / colours.length;
  return mean;
}
