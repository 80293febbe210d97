import { smoothstep } from '../../smoothstep.ts';
import { type Canvas, type Colour, mixPixel, type PlacedTexture, sampleTexture } from './canvas.ts';
import { LidTone, meanOf } from './lid-tone.ts';
import type { Eyelid } from './mesh-contours.ts';
import { OpeningFrame } from './opening-frame.ts';

/** Share of the lid at its edge that keeps its size: lashes and their line do not stretch. */
const LASH_SHARE = 0.45;
/** Where the skin that unrolls is taken from: so far of the way from the crease up to the brow, which must not come along. */
const SKIN_FROM = 0.12;
const SKIN_TO = 0.45;
/** From the lashes on the lid goes over into that skin within this share of the rest. */
const SKIN_WHOLLY = 0.5;
/** At the crease so much of its fold is left. */
const FOLD = 0.1;
/** A shut lid goes over into the skin above its crease within this share of the way to the brow. */
const ABOVE = 0.7;
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

  readonly #tone: LidTone;
  /** The darkest of the example's lash line. */
  readonly lash: Colour;

  constructor(lid: Eyelid, points: Float32Array, texture: PlacedTexture) {
    this.#rest = new OpeningFrame(lid).fit(points, texture.side, -0.5);
    this.#frame = new OpeningFrame(lid);
    this.#texture = texture;
    this.#tone = new LidTone(lid, this.#rest, points, texture);
    this.lash = this.#darkest();
  }

  #darkest(): Colour {
    const rest = this.#rest;
    const line: Colour[] = [];
    for (let along = 0.2; along <= 0.81; along += 0.1) {
      const edge = rest.lower(along);
      const across = [-0.06, -0.04, -0.02, 0, 0.02].map((share) => edge + share * rest.width);
      const column = across.map((v) => {
        const colour: Colour = new Float32Array(3);
        sampleTexture(this.#texture, rest.x(along, v), rest.y(along, v), colour);
        return colour;
      });
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
    const fromY = Math.max(0, Math.floor(frame.minY - (this.#tone.toBrow * ABOVE) / scale) - 1);
    const toY = Math.min(side - 1, Math.ceil(frame.maxY) + 1);
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        const along = frame.along(x, y);
        if (along <= 0.02 || along >= 0.98) continue;
        const across = frame.across(x, y);
        const crease = frame.upper(along);
        const above = Math.max(1, (this.#tone.toBrow * ABOVE * shut) / scale);
        const edge = frame.lower(along);
        const alpha =
          paint *
          smoothstep(crease - above, crease + 1, across) *
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
          const v = restEdge - strip * (LASH_SHARE + Math.min(1, t) * (1 - LASH_SHARE));
          sampleTexture(this.#texture, rest.x(along, v), rest.y(along, v), this.#colour);
          const s =
            restCrease -
            this.#tone.toBrow * (SKIN_FROM + (SKIN_TO - SKIN_FROM) * Math.max(0, 1 - t));
          sampleTexture(this.#texture, rest.x(along, s), rest.y(along, s), this.#skin);
          this.#tone.shut(this.#skin, along, 1 - t);
          const share = smoothstep(0, SKIN_WHOLLY, t) * (1 - FOLD * smoothstep(0.65, 1, t));
          for (let k = 0; k < 3; k++)
            this.#colour[k]! += (this.#skin[k]! - this.#colour[k]!) * share;
        }
        mixPixel(canvas, x, y, this.#colour, alpha);
        const line = Math.max(1.1, LASH_LINE * frame.width);
        const lash = smoothstep(line, 0, fromEdge) * shut * alpha * taper;
        if (lash > 0) mixPixel(canvas, x, y, this.lash, lash * LASH_DARKNESS);
      }
    }
  }
}
