import type { CameraFrame } from '../../picture.ts';
import { smoothstep } from '../../smoothstep.ts';
import { FACE_MESH_POINTS, type FaceLandmarks } from '../landmarks.ts';
import { CANVAS_POINTS, surround } from './canvas-mesh.ts';
import { type CanvasPlace, canvasPlace, toCanvas } from './canvas-place.ts';
import { type EyeMotion, IRIS_POINTS, steadyLids } from './lid-motion.ts';
import { steadyLips } from './lip-motion.ts';
import { mouthGap } from './mouth-gap.ts';
import { type FlowSearch, SkinCanvas } from './skin-canvas.io.ts';
import { SkinSight } from './skin-sight.ts';
import { storedPoints, uprightPoints } from './stored-points.ts';

/** Tried on five clips of four people and eighteen rendered ones: none of these is near an edge. */
const SEARCH: FlowSearch = { noise: 3, outlier: 1, still: 0.002, most: 6, steps: [1, 2, 3] };
/** Of how far skin was off a frame ago, where it is looked for first: what slips does so slowly. */
const CARRIED = 0.6;
/** Gap between the lips to the mouth's width: up to the first nothing shows there, from the second on it is drawn all alike. */
const PARTED: readonly [number, number] = [0.05, 0.2];
/** Of the canvas' pixels: no landmark is that far off, and what says so has seen something else. */
const MOST_OFF = 8;
/**
 * Correlation with the reference: less than the first is not believed, more than the second wholly. The same face has 0.86
 * and more whatever it does, with a hand before it 0.8; another's skin, pulled over it, comes to 0.8 at most.
 */
const BELIEVED: readonly [number, number] = [0.7, 0.85];
const FAMILIAR = 0.8;
/** Frames of unfamiliar skin after which it is somebody else's: half a second. */
const STRANGER_FRAMES = 15;

/** Pixels of the canvas to one of the picture's, of what is a face at all: one of 3 to 16,000 pixels. */
const SCALES: readonly [number, number] = [0.01, 64];
/** Pixels of the canvas: no point of a face lies so far from its middle. */
const FARTHEST = 10_000;

function isFace(points: Float32Array, { x, y, scale }: CanvasPlace): boolean {
  if (!(scale > SCALES[0] && scale < SCALES[1])) return false;
  for (let i = 0; i < points.length; i += 3) {
    const far = Math.hypot(points[i]! - x, points[i + 1]! - y, points[i + 2]!) * scale;
    if (!(far < FARTHEST)) return false;
  }
  return true;
}

/**
 * Holds landmarks to the skin. A landmark network finds the edges of eyes and lips to a few pixels; cheeks, forehead and
 * chin, which have none, it guesses from the rest of the face, so that a mesh of landmarks slides over them. This looks at
 * the skin itself, by analysis through synthesis: it draws the face of the first frame as the landmarks of this one have
 * it, sees where the frame differs from that, and moves the points there.
 *
 * One face of one stream. It keeps a small grey likeness of it, which never leaves it: what comes out are points.
 */
export class SkinLock {
  readonly #canvas = new SkinCanvas();
  readonly #sight = new SkinSight();
  /** x, y, z in pixels of the canvas: of the reference; as the tracker has them now; as they are drawn. */
  readonly #reference = new Float32Array(3 * CANVAS_POINTS);
  readonly #tracked = new Float32Array(3 * FACE_MESH_POINTS);
  readonly #drawn = new Float32Array(3 * CANVAS_POINTS);
  /** Of each point, how far the skin is from where the tracker has it: x and y in pixels of the canvas. */
  readonly #off = new Float32Array(2 * FACE_MESH_POINTS);
  #eyes: readonly EyeMotion[] = [];
  readonly #flow = new Float32Array(2);
  /** Of the reference's mouth. */
  #gap = 0;
  #begun = false;
  #patience = STRANGER_FRAMES;
  #agreement = 0;

  /** Correlation of the skin that was last looked at with the reference's; 0 before there was any. */
  get agreement(): number {
    return this.#agreement;
  }

  /** Forgets the face. */
  reset(): void {
    this.#begun = false;
    this.#agreement = 0;
  }

  /** The face was gone for a while: whoever comes next may be somebody else, which the first frame has to tell. */
  doubt(): void {
    this.#patience = 1;
  }

  /**
   * @param face as the tracker found it in this frame; it is left as it is.
   * @returns the same face with its points where the skin is, irises along with their lids.
   */
  follow(frame: CameraFrame, face: FaceLandmarks): FaceLandmarks {
    const points = storedPoints(face.points, frame);
    const place = canvasPlace(points);
    if (!isFace(points, place)) return face;
    this.#canvas.read(frame, place);
    toCanvas(points, place, this.#tracked);
    if (this.#begun) this.#seek();
    if (!this.#begun || this.#isStranger()) {
      this.#begin();
      return face;
    }
    this.#measure(smoothstep(...BELIEVED, this.#agreement));
    this.#move(points, place);
    return { ...face, points: uprightPoints(points, frame) };
  }

  #isStranger(): boolean {
    if (this.#agreement >= FAMILIAR) {
      this.#patience = STRANGER_FRAMES;
      return false;
    }
    this.#patience--;
    return this.#patience <= 0;
  }

  /** What is seen now becomes the reference. */
  #begin(): void {
    this.#begun = true;
    this.#patience = STRANGER_FRAMES;
    this.#off.fill(0);
    this.#canvas.keep();
    this.#reference.set(this.#tracked);
    surround(this.#reference, this.#reference);
    this.#sight.refer(this.#reference);
    this.#gap = mouthGap(this.#reference);
  }

  #seek(): void {
    const drawn = this.#drawn;
    drawn.set(this.#tracked);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      drawn[3 * i]! += CARRIED * this.#off[2 * i]!;
      drawn[3 * i + 1]! += CARRIED * this.#off[2 * i + 1]!;
    }
    surround(drawn, this.#reference);
    this.#canvas.draw(drawn, this.#reference, smoothstep(...PARTED, mouthGap(drawn)));
    this.#agreement = this.#canvas.follow(SEARCH);
  }

  #measure(trust: number): void {
    const off = this.#off;
    const shares = this.#sight.look(this.#tracked);
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      this.#canvas.flowAt(this.#drawn[3 * i]!, this.#drawn[3 * i + 1]!, this.#flow);
      const share = trust * shares[i]!;
      const x = share * (CARRIED * off[2 * i]! + this.#flow[0]!);
      const y = share * (CARRIED * off[2 * i + 1]! + this.#flow[1]!);
      const kept = Math.min(1, MOST_OFF / Math.max(Math.hypot(x, y), 1e-9));
      off[2 * i] = kept * x;
      off[2 * i + 1] = kept * y;
    }
    this.#eyes = steadyLids(off);
    steadyLips(off, Math.abs(mouthGap(this.#tracked) - this.#gap));
  }

  #move(points: Float32Array, { scale }: CanvasPlace): void {
    const off = this.#off;
    for (let i = 0; i < FACE_MESH_POINTS; i++) {
      points[3 * i]! += off[2 * i]! / scale;
      points[3 * i + 1]! += off[2 * i + 1]! / scale;
    }
    for (const { iris, x, y } of this.#eyes) {
      if (points.length < 3 * (iris + IRIS_POINTS)) return;
      for (let i = iris; i < iris + IRIS_POINTS; i++) {
        points[3 * i]! += x / scale;
        points[3 * i + 1]! += y / scale;
      }
    }
  }
}
