import type { CameraFrame } from '../../picture.ts';
import { smoothstep } from '../../smoothstep.ts';
import type { FaceLandmarks } from '../landmarks.ts';
import { MeshShift } from './mesh-shift.ts';
import { SheetMap } from './sheet-map.ts';
import { SkinFlow } from './skin-flow.ts';
import { SkinPlanes } from './skin-planes.io.ts';
import { SkinReading } from './skin-reading.ts';
import { storedPoints, uprightPoints } from './stored-points.ts';

/**
 * What is known of the skin is the mean of about so many frames, and until there were so many it says less: where a single
 * frame has the skin is as much a guess as where any other has it.
 */
const REMEMBERED_FRAMES = 50;
/** Of the way to where the mesh has it, skin is left when it is remembered: what slips for good ends where landmarks say. */
const HOMEWARD = 0.1;
/** Skin that agrees with what is known less than the first is not believed, more than the second wholly. */
const BELIEVED: readonly [number, number] = [0.3, 0.6];
/** Frames of unbelievable skin after which it is somebody else's. */
const STRANGER_FRAMES = 15;

/**
 * Holds landmarks to the skin. A landmark network finds the edges of eyes and lips to a few pixels; cheeks, forehead and
 * chin, which have none, it guesses from the rest of the face, so that a mesh of landmarks slides over them. This looks at
 * the skin itself: what it knows of a face's pattern it finds again in each frame, and moves the points there.
 *
 * One face of one stream. It keeps a small grey likeness of it, which never leaves it: what comes out are points.
 */
export class SkinLock {
  readonly #map = new SheetMap();
  readonly #planes = new SkinPlanes();
  readonly #reading = new SkinReading(this.#planes);
  readonly #flow = new SkinFlow(this.#planes);
  readonly #shift = new MeshShift();
  #begun = false;
  #strange = 0;

  /** Correlation of the skin that was last looked at with what was known of it; 0 before there was any. */
  get agreement(): number {
    return this.#begun ? this.#flow.agreement : 0;
  }

  /** Forgets the face. */
  reset(): void {
    this.#begun = false;
    this.#strange = 0;
    this.#flow.reset();
    this.#planes.pattern.fill(0);
    this.#planes.known.fill(0);
  }

  /**
   * @param face as the tracker found it in this frame; it is left as it is.
   * @returns the same face with its points where the skin is, irises where they were.
   */
  follow(frame: CameraFrame, face: FaceLandmarks): FaceLandmarks {
    const points = storedPoints(face.points, frame);
    this.#map.place(points);
    if (!(this.#map.cell > 0)) return face;
    this.#reading.read(frame, this.#map);
    if (!this.#begun) {
      this.#begun = true;
      this.#remember();
      return face;
    }
    this.#flow.follow();
    const trust = smoothstep(...BELIEVED, this.#flow.agreement);
    if (trust === 0) {
      this.#flow.reset();
      this.#strange++;
      if (this.#strange === STRANGER_FRAMES) this.reset();
      return face;
    }
    this.#strange = 0;
    this.#remember();
    this.#shift.apply(points, this.#flow, trust);
    return { ...face, points: uprightPoints(points, frame) };
  }

  /** What is seen joins what is known, the less the more is known already. */
  #remember(): void {
    this.#planes.remember(1 - HOMEWARD, REMEMBERED_FRAMES);
  }
}
