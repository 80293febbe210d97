import { LIPS_INNER } from '../../landmark/face-topology.ts';
import { smoothstep } from '../../smoothstep.ts';
import { type Canvas, type Colour, mixPixel, type PlacedTexture, sampleTexture } from './canvas.ts';
import { type HeadMotion, moveByHead } from './head-motion.ts';
import { OpeningFrame, type OpeningPlace } from './opening-frame.ts';
import { PaintedMouth } from './painted-mouth.ts';
import { palateOf } from './palate.ts';
import type { WarpExample, WarpIdentity } from './warp-identity.ts';

/** An example shows the inside of its mouth from this gap on (in eye distances). */
const OPEN_ENOUGH = 0.025;
/** Share of the gap, from either lip, that keeps its size when the mouth opens: teeth do not stretch. */
const RIGID_SHARE = 0.45;
/** Stretched by more than this from lip to lip, an example's middle is painted over. */
const MOST_STRETCH = 1.6;
/** Example's gap over the pose's: below the first the example is of no use, above the second it serves fully. */
const LEAST_OPENING = 0.35;
const ENOUGH_OPENING = 0.75;
/** Width of the transition from lip to inside, in pixels of the output. */
const FEATHER = 1.6;
/** Gap under which nothing of the inside shows, and from which all does; pixels. */
const GAP_FROM = 0.6;
const GAP_TO = 2.2;
/** Mouth's width, as a share of that at rest, at which protruding lips hide the teeth, and from which they do not. */
const PURSED = 0.58;
const UNPURSED = 0.82;
/** The same, from which lips are drawn off the lower teeth, and at which they are. */
const UNSTRETCHED = 0.95;
const STRETCHED = 1.25;

interface Source {
  readonly texture: PlacedTexture;
  readonly frame: OpeningFrame;
  readonly open: number;
  readonly yaw: number;
  readonly pitch: number;
}

/** Draws the inside of an open mouth: from the examples that show one, else painted. */
export class MouthInterior {
  readonly #sources: readonly Source[];
  readonly #weights: Float64Array;
  readonly #frame = new OpeningFrame(LIPS_INNER);
  readonly #painted: PaintedMouth;
  /** Of the pixel that is drawn; one object for all of them, since a frame has thousands. */
  readonly #place: OpeningPlace = { along: 0, across: 0, upper: 0, lower: 0 };
  readonly #rest: Float32Array;
  /** Of the mouth at rest, in eye distances. */
  readonly #restWidth: number;
  readonly #colour: Colour = new Float32Array(3);
  readonly #sum: Colour = new Float32Array(3);
  readonly #teeth = new Float64Array(3);
  readonly #chin = new Float64Array(3);

  constructor({ examples }: WarpIdentity, textures: readonly PlacedTexture[]) {
    const source = ({ points, features }: WarpExample, k: number): Source => ({
      texture: textures[k]!,
      frame: new OpeningFrame(LIPS_INNER).fit(points, textures[k]!.side, -0.5),
      open: features.mouthOpen,
      yaw: features.yaw,
      pitch: features.pitch,
    });
    this.#sources = examples.map(source).filter(({ open }) => open > OPEN_ENOUGH);
    this.#weights = new Float64Array(this.#sources.length);
    this.#rest = examples[0].points;
    this.#restWidth = mouthWidth(this.#rest) / eyeDistance(this.#rest);
    this.#painted = new PaintedMouth(palateOf(examples[0], textures[0]!));
  }

  /** @param points where the face stands, fractions of the side; @param motion of the head from the neutral example. */
  draw(canvas: Canvas, points: Float32Array, motion: HeadMotion, yaw: number, pitch: number): void {
    const { side } = canvas;
    const frame = this.#frame.fit(points, side, -0.5);
    if (frame.height < GAP_FROM) return;
    const unit = eyeDistance(points) * side;
    const width = (mouthWidth(points) * side) / unit / this.#restWidth;
    const painted = this.#weigh(frame.height / unit, yaw, pitch);
    // Upper teeth are part of the skull; the lower ones go with the chin.
    const [sx, sy, sz] = [0, 1, 2].map((k) => (this.#rest[39 + k]! + this.#rest[42 + k]!) / 2) as [
      number,
      number,
      number,
    ];
    moveByHead(motion, sx, sy, sz, this.#teeth);
    moveByHead(motion, this.#rest[456]!, this.#rest[457]!, this.#rest[458]!, this.#chin);
    const toPixel = (value: number): number => value * side - 0.5;
    const stomionX = toPixel(this.#teeth[0]!);
    const stomionY = toPixel(this.#teeth[1]!);
    const dropX = (points[456]! - this.#chin[0]!) * side;
    const dropY = (points[457]! - this.#chin[1]!) * side;
    const bite = {
      centre: frame.along(stomionX, stomionY),
      upperEdge: frame.across(stomionX, stomionY),
      lowerEdge: frame.across(stomionX + dropX, stomionY + dropY),
      unit,
      bared: smoothstep(PURSED, UNPURSED, width),
      stretched: smoothstep(UNSTRETCHED, STRETCHED, width),
    };
    const fromX = Math.max(0, Math.floor(frame.minX) - 1);
    const toX = Math.min(side - 1, Math.ceil(frame.maxX) + 1);
    const fromY = Math.max(0, Math.floor(frame.minY) - 1);
    const toY = Math.min(side - 1, Math.ceil(frame.maxY) + 1);
    const place = this.#place;
    for (let y = fromY; y <= toY; y++) {
      for (let x = fromX; x <= toX; x++) {
        frame.locate(x, y, place);
        const { along, across, upper, lower } = place;
        if (along <= 0 || along >= 1) continue;
        const gap = lower - upper;
        const alpha =
          smoothstep(-FEATHER / 2, FEATHER / 2, frame.below(place)) *
          smoothstep(-FEATHER / 2, FEATHER / 2, frame.above(place)) *
          smoothstep(GAP_FROM, GAP_TO, gap);
        if (alpha <= 0) continue;
        const down = Math.min(gap, Math.max(0, across - upper));
        this.#sum.fill(0);
        let shown = 0;
        for (let s = 0; s < this.#sources.length; s++) {
          const weight = this.#weights[s]!;
          if (weight <= 0) continue;
          const share = weight * this.#fromExample(this.#sources[s]!, along, down, gap, unit);
          add(this.#sum, this.#colour, share);
          shown += share;
        }
        if (shown < 1) {
          this.#painted.paint(frame, bite, place, painted, this.#colour);
          add(this.#sum, this.#colour, 1 - shown);
        }
        mixPixel(canvas, x, y, this.#sum, alpha);
      }
    }
  }

  /** Sets the shares of the examples; returns what they leave to painting. */
  #weigh(open: number, yaw: number, pitch: number): number {
    let sum = 0;
    let best = 0;
    this.#sources.forEach((source, s) => {
      const usable = smoothstep(LEAST_OPENING, ENOUGH_OPENING, source.open / open);
      const likeness = Math.exp(
        -(((source.open - open) / 0.15) ** 2) -
          ((source.yaw - yaw) / 0.35) ** 2 -
          ((source.pitch - pitch) / 0.35) ** 2,
      );
      this.#weights[s] = usable * (likeness + 1e-6);
      best = Math.max(best, usable);
      sum += this.#weights[s]!;
    });
    for (let s = 0; s < this.#weights.length; s++) this.#weights[s]! *= sum > 0 ? best / sum : 0;
    return 1 - best;
  }

  /** Sets the colour of one place as the example shows it; returns how far it does, 0…1. */
  #fromExample(source: Source, along: number, down: number, gap: number, unit: number): number {
    const { frame, texture } = source;
    const top = frame.upper(along);
    const height = Math.max(0, frame.lower(along) - top);
    // Texels of the example in one pixel of the output, by the size of the two mouths' faces.
    const scale = frame.height / source.open / unit;
    const wanted = gap * scale;
    // Stretching shows; where the mouth is wider open than the example's, all of that keeps its size.
    const spread = smoothstep(1, MOST_STRETCH, wanted / Math.max(1e-3, height));
    const rigid = Math.min(height, wanted) * (RIGID_SHARE + (0.5 - RIGID_SHARE) * spread);
    const fromTop = down * scale;
    const fromBottom = wanted - fromTop;
    let place: number;
    let shown = 1;
    if (fromTop < rigid) place = fromTop;
    else if (fromBottom < rigid) place = height - fromBottom;
    else {
      const middle = Math.max(1e-3, wanted - 2 * rigid);
      const t = (fromTop - rigid) / middle;
      place = rigid + t * (height - 2 * rigid);
      const inwards = Math.min(fromTop, fromBottom) - rigid;
      shown = 1 - spread * smoothstep(0, Math.max(2 * scale, 0.12 * height), inwards);
    }
    sampleTexture(texture, frame.x(along, top + place), frame.y(along, top + place), this.#colour);
    return shown;
  }
}

function add(sum: Colour, colour: Colour, weight: number): void {
  for (let k = 0; k < 3; k++) sum[k]! += colour[k]! * weight;
}

function eyeDistance(points: Float32Array): number {
  return distance(points, 33, 263) + 1e-6;
}

function mouthWidth(points: Float32Array): number {
  return distance(points, 78, 308);
}

/** In space, so that a turned head reads no narrower. */
function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(
    points[3 * a]! - points[3 * b]!,
    points[3 * a + 1]! - points[3 * b + 1]!,
    points[3 * a + 2]! - points[3 * b + 2]!,
  );
}
