import {
  type Canvas,
  type Colour,
  mixPixel,
  type PlacedTexture,
  sampleTexture,
  smoothstep,
} from './canvas.ts';
import type { Eyelid } from './mesh-contours.ts';
import { OpeningFrame } from './opening-frame.ts';

/** Share of the lid at its edge that keeps its size: lashes and their line do not stretch. */
const LASH_SHARE = 0.45;
/** Where the skin that unrolls is taken from: so far of the way from the crease up to the brow, which must not come along. */
const SKIN_FROM = 0.12;
const SKIN_TO = 0.45;
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
/** Even under a deep brow a lid is no darker than this share of the skin below the eye. */
const LEAST_TONE = 0.5;
const BLACK = 16;
/** The lashes of a shut eye: a line this wide (share of the eye's width), as dark as this at most. */
const LASH_LINE = 0.045;
const LASH_DARKNESS = 0.75;
/** Lids wider apart than this share of the example's own are left to the mesh; below the second the lid is all painted. */
const PAINT_FROM = 0.8;
const PAINT_TO = 0.45;
/** Lids this near each other show the lashes as one line; from the second on they stand apart. */
const SHUT_AT = 0.15;
const SHUT_FROM = 0.4;

/** The skin between crease and upper lid edge while the eye shuts: it unrolls, instead of smearing the lashes. */
export class LidPainter {
  readonly #rest: OpeningFrame;
  readonly #frame: OpeningFrame;
  readonly #texture: PlacedTexture;
  readonly #colour: Colour = new Float32Array(3);
  readonly #skin: Colour = new Float32Array(3);

  /** From crease to brow in the example, texels. */
  readonly #toBrow: number;
  /** How strong the colour of the skin below the eye is. */
  readonly #tinge: number;
  /** The skin of the lid, without brow and lashes. */
  readonly #bare: Colour;
  /** The darkest of the example's lash line. */
  readonly #lash: Colour;

  constructor(lid: Eyelid, points: Float32Array, texture: PlacedTexture) {
    this.#rest = new OpeningFrame(lid).fit(points, texture.side, -0.5);
    this.#frame = new OpeningFrame(lid);
    this.#texture = texture;
    const middle = 3 * lid.brow;
    const { side } = texture;
    const across = this.#rest.across(points[middle]! * side, points[middle + 1]! * side);
    this.#toBrow = Math.max(0, this.#rest.upper(0.5) - across);
    const below = meanOf(
      lid.below.map((i) => this.#at(points[3 * i]! * side, points[3 * i + 1]! * side)),
    );
    this.#tinge = tingeOf(below);
    this.#bare = this.#tone(below);
    const most = below[0]! - BLACK;
    const luma = Math.min(most, Math.max(most * LEAST_TONE, this.#bare[0]! - BLACK));
    const brighter = luma / Math.max(1, this.#bare[0]! - BLACK);
    this.#bare[0] = BLACK + luma;
    for (let k = 1; k < 3; k++) this.#bare[k] = 128 + (this.#bare[k]! - 128) * brighter;
    this.#lash = this.#darkest();
  }

  #at(x: number, y: number): Colour {
    const colour: Colour = new Float32Array(3);
    sampleTexture(this.#texture, x - 0.5, y - 0.5, colour);
    return colour;
  }

  /** How surely this is a brow of grey hair: skin in shadow and in the light keeps its colour. */
  #grey(colour: Colour): number {
    if (this.#tinge < LEAST_TINGE) return 0;
    return 1 - smoothstep(TINGED_TO, TINGED_FROM, tingeOf(colour) / this.#tinge);
  }

  /** The lid's colour, from the skin between brow and lashes as the example shows it. */
  #tone(below: Colour): Colour {
    const rest = this.#rest;
    const samples: Colour[] = [];
    for (let along = 0.25; along <= 0.76; along += 0.05) {
      const crease = rest.upper(along);
      const strip = rest.lower(along) - crease;
      for (const share of [-0.4, -0.3, -0.2, -0.1]) {
        const v = crease + this.#toBrow * share;
        samples.push(this.#at(rest.x(along, v) + 0.5, rest.y(along, v) + 0.5));
      }
      for (const share of [0.1, 0.3]) {
        const v = crease + strip * share;
        samples.push(this.#at(rest.x(along, v) + 0.5, rest.y(along, v) + 0.5));
      }
    }
    const bare = samples.filter((sample) => this.#grey(sample) < 0.5);
    if (bare.length < LEAST_SAMPLES) return below;
    bare.sort((a, b) => a[0]! - b[0]!);
    const rank = Math.floor(bare.length * TONE_RANK);
    const spread = Math.floor(bare.length * 0.15);
    return meanOf(bare.slice(rank - spread, rank + spread + 1));
  }

  #darkest(): Colour {
    const rest = this.#rest;
    const line: Colour[] = [];
    for (let along = 0.2; along <= 0.81; along += 0.1) {
      const edge = rest.lower(along);
      const across = [-0.06, -0.04, -0.02, 0, 0.02].map((share) => edge + share * rest.width);
      const column = across.map((v) => this.#at(rest.x(along, v) + 0.5, rest.y(along, v) + 0.5));
      line.push(column.reduce((a, b) => (b[0]! < a[0]! ? b : a)));
    }
    return meanOf(line);
  }

  /** @param open gap of the lids as a share of the example's own. */
  draw(canvas: Canvas, points: Float32Array, open: number): void {
    const paint = 1 - smoothstep(PAINT_TO, PAINT_FROM, open);
    if (paint <= 0) return;
    const shut = 1 - smoothstep(SHUT_AT, SHUT_FROM, open);
    const { side } = canvas;
    const rest = this.#rest;
    const frame = this.#frame.fit(points, side, -0.5);
    const scale = rest.width / frame.width;
    const fromX = Math.max(0, Math.floor(frame.minX) - 1);
    const toX = Math.min(side - 1, Math.ceil(frame.maxX) + 1);
    const fromY = Math.max(0, Math.floor(frame.minY) - 1);
    const toY = Math.min(side - 1, Math.ceil(frame.maxY) + 1);
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        const along = frame.along(x, y);
        if (along <= 0.02 || along >= 0.98) continue;
        const across = frame.across(x, y);
        const crease = frame.upper(along);
        const edge = frame.lower(along);
        const alpha =
          paint *
          smoothstep(0, 2, across - crease) *
          smoothstep(-1.2, 0.2, edge - across) *
          smoothstep(0.02, 0.14, along) *
          smoothstep(0.02, 0.14, 1 - along);
        if (alpha <= 0) continue;
        const restCrease = rest.upper(along);
        const restEdge = rest.lower(along);
        const strip = restEdge - restCrease;
        const taper = smoothstep(0.05, 0.3, along) * smoothstep(0.03, 0.18, 1 - along);
        const lashes = Math.min((LASH_SHARE * strip) / scale, edge - crease);
        const fromEdge = edge - across;
        if (fromEdge <= lashes) {
          const v = restEdge - fromEdge * scale;
          sampleTexture(this.#texture, rest.x(along, v), rest.y(along, v), this.#colour);
        } else {
          const t = (fromEdge - lashes) / Math.max(1e-3, edge - crease - lashes);
          const v = restEdge - strip * (LASH_SHARE + t * (1 - LASH_SHARE));
          sampleTexture(this.#texture, rest.x(along, v), rest.y(along, v), this.#colour);
          const s = restCrease - this.#toBrow * (SKIN_FROM + (SKIN_TO - SKIN_FROM) * (1 - t));
          sampleTexture(this.#texture, rest.x(along, s), rest.y(along, s), this.#skin);
          const luma = (this.#skin[0]! - BLACK) / Math.max(1, this.#bare[0]! - BLACK);
          const hairy = Math.max(1 - smoothstep(BARE_TO, BARE_FROM, luma), this.#grey(this.#skin));
          for (let k = 0; k < 3; k++) this.#skin[k]! += (this.#bare[k]! - this.#skin[k]!) * hairy;
          const share = smoothstep(0, 0.3, t) * smoothstep(0, 0.35, 1 - t);
          for (let k = 0; k < 3; k++)
            this.#colour[k]! += (this.#skin[k]! - this.#colour[k]!) * share;
        }
        mixPixel(canvas, x, y, this.#colour, alpha);
        const line = Math.max(1.1, LASH_LINE * frame.width);
        const lash = smoothstep(line, 0, fromEdge) * shut * alpha * taper;
        if (lash > 0) mixPixel(canvas, x, y, this.#lash, lash * LASH_DARKNESS);
      }
    }
  }
}

/** How strong a colour is for its brightness: the same in light and shadow. */
function tingeOf([y, u, v]: Colour): number {
  return Math.hypot(u! - 128, v! - 128) / Math.max(1, y! - BLACK);
}

function meanOf(colours: readonly Colour[]): Colour {
  const mean: Colour = new Float32Array(3);
  for (const colour of colours) for (let k = 0; k < 3; k++) mean[k]! += colour[k]! / colours.length;
  return mean;
}
