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
/** Skin darker than this share of the luma below the eye is brow or its shadow; wholly so at the second. */
const BARE_FROM = 0.9;
const BARE_TO = 0.65;
/** The lid against the skin below the eye: light falls in from above, past the brow. */
const LID_LUMA = 0.8;
const BLACK = 16;
/** Lids wider apart than this share of the example's own are left to the mesh; below the second the lid is all painted. */
const PAINT_FROM = 0.8;
const PAINT_TO = 0.45;

/** The skin between crease and upper lid edge while the eye shuts: it unrolls, instead of smearing the lashes. */
export class LidPainter {
  readonly #rest: OpeningFrame;
  readonly #frame: OpeningFrame;
  readonly #texture: PlacedTexture;
  readonly #colour: Colour = new Float32Array(3);
  readonly #skin: Colour = new Float32Array(3);

  /** From crease to brow in the example, texels. */
  readonly #toBrow: number;
  /** Mean colour of the skin below the eye. */
  readonly #bare: Colour;

  constructor(lid: Eyelid, points: Float32Array, texture: PlacedTexture) {
    this.#rest = new OpeningFrame(lid).fit(points, texture.side, -0.5);
    this.#frame = new OpeningFrame(lid);
    this.#texture = texture;
    const middle = 3 * lid.brow;
    const { side } = texture;
    const across = this.#rest.across(points[middle]! * side, points[middle + 1]! * side);
    this.#bare = new Float32Array(3);
    for (const i of lid.below) {
      sampleTexture(
        texture,
        points[3 * i]! * side - 0.5,
        points[3 * i + 1]! * side - 0.5,
        this.#skin,
      );
      for (let k = 0; k < 3; k++) this.#bare[k]! += this.#skin[k]! / lid.below.length;
    }
    this.#toBrow = Math.max(0, this.#rest.upper(0.5) - across);
  }

  /** @param open gap of the lids as a share of the example's own. */
  draw(canvas: Canvas, points: Float32Array, open: number): void {
    const paint = 1 - smoothstep(PAINT_TO, PAINT_FROM, open);
    if (paint <= 0) return;
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
          const hairy = 1 - smoothstep(BARE_TO, BARE_FROM, luma);
          for (let k = 0; k < 3; k++) {
            const bare = k === 0 ? BLACK + (this.#bare[0]! - BLACK) * LID_LUMA : this.#bare[k]!;
            this.#skin[k]! += (bare - this.#skin[k]!) * hairy;
          }
          const share = smoothstep(0, 0.3, t) * smoothstep(0, 0.35, 1 - t);
          for (let k = 0; k < 3; k++)
            this.#colour[k]! += (this.#skin[k]! - this.#colour[k]!) * share;
        }
        mixPixel(canvas, x, y, this.#colour, alpha);
      }
    }
  }
}
