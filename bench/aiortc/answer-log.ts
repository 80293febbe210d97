import type { CameraFrame } from '../../src/pipeline/picture.ts';
import { readStamp } from '../../src/pipeline/stamp.ts';
import type { Milli } from '../../src/time.ts';
import { type Transform, transformed } from './transform.ts';

/** What became of one camera's frames in a span of time. */
export interface AnswerSample {
  readonly sent: number;
  /** Camera frame handed to the transport → last packet of its answer there. */
  readonly latencies: readonly Milli[];
  /** Of what came back. */
  readonly bytes: number;
  /** Mean squared error of luma against the camera's own pictures, for those that are kept. */
  readonly errors: readonly number[];
}

/**
 * Tells which camera frame a picture answers by the stamp in it. One frame is answered once: a
 * picture shown again counts for nothing, and one whose stamp cannot be read, or is not transformed
 * as was asked for, is none.
 */
export class AnswerLog {
  readonly #transform: Transform;
  readonly #kept: ReadonlyMap<number, Uint8Array>;
  /** When a frame was sent, by its stamp: as many as there are stamps. */
  readonly #underWay = new Map<number, Milli>();
  #sent = 0;
  #bytes = 0;
  #latencies: Milli[] = [];
  #errors: number[] = [];

  /** @param kept luma of the camera's pictures, by stamp. */
  constructor(transform: Transform, kept: ReadonlyMap<number, Uint8Array>) {
    this.#transform = transform;
    this.#kept = kept;
  }

  sent(stamp: number, now: Milli): void {
    this.#sent++;
    this.#underWay.set(stamp, now);
  }

  /** @param frame as it came back: given away, its planes change. */
  received(frame: CameraFrame, bytes: number, at: Milli): void {
    this.#bytes += bytes;
    // Inverted twice is as before.
    const undone = { ...frame, ...transformed(frame, this.#transform) };
    const stamp = readStamp(undone);
    if (stamp === undefined) return;
    const sent = this.#underWay.get(stamp);
    if (sent === undefined) return;
    this.#underWay.delete(stamp);
    this.#latencies.push(at - sent);
    const kept = this.#kept.get(stamp);
    if (kept) this.#errors.push(meanSquaredError(kept, undone.y));
  }

  /** What happened since the last call. */
  take(): AnswerSample {
    const sample = {
      sent: this.#sent,
      latencies: this.#latencies,
      bytes: this.#bytes,
      errors: this.#errors,
    };
    this.#sent = 0;
    this.#bytes = 0;
    this.#latencies = [];
    this.#errors = [];
    return sample;
  }
}

function meanSquaredError(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
