import type { Seconds } from '../../time.ts';

/** Lid gaps (shares of the eye's width) between which an open eye's is believed to lie. */
const OPEN_LEAST = 0.14;
const OPEN_MOST = 0.5;
/**
 * By what share the gap of an open eye shrinks in a blink, until blinks say better: trackers that
 * see irises follow the lids, those that do not hardly notice them.
 */
const SHARP_DEPTH = 0.85;
const DULL_DEPTH = 0.3;
const LEAST_DEPTH = 0.15;
/** Lids touch at this share of the usual depth: at 30 frames a second few blinks are seen at their deepest. */
const TOUCHING = 0.9;
/** The open gap is a mean over at least this much evidence, and at most so much, for a dull tracker and a sharp one. */
const LEAST_WINDOW: Seconds = 0.7;
const DULL_WINDOW: Seconds = 5;
const SHARP_WINDOW: Seconds = 20;
/** Less open than this share of the way, eyes blink or look down, and tell nothing of their open gap. */
const TELLING = 0.65;

/** A drop by this share within {@link RECENT} begins a blink; {@link RECOVERY} of it coming back ends it. */
const DROP = 0.15;
const RECENT: Seconds = 0.2;
const RECOVERY = 0.6;
/** Longer than this, lids were not blinking: they were shut on purpose, or the eyes looked down. */
const BLINK_MOST: Seconds = 0.6;
/** A dip under this share of the usual depth was half a blink, or a glance. */
const HALF = 0.5;
/** Lids that stay down are doubted within about this, the more the less the tracker sees of them. */
const DOUBT_TIME: Seconds = 0.6;
/** How much of a new blink's depth goes into the usual one: a deeper one was seen better. */
const DEEPER_SHARE = 0.5;
const SHALLOWER_SHARE = 0.25;

/** What is known of one eye. */
export interface LidMemory {
  readonly open: number;
  readonly depth: number;
  readonly evidence: Seconds;
}

/**
 * One driver's eye as one tracker reads it: its lid gap when open, and how much of that a blink
 * takes away, learnt while it is used, so that a whole blink shuts the identity's eye wholly.
 */
export class LidRange {
  #open = 0.28;
  #depth = SHARP_DEPTH;
  #evidence: Seconds = LEAST_WINDOW;
  /** How long the lids have been down. */
  #low: Seconds = 0;
  /** The most open of the last moments. */
  #recent = 0;
  #dip: { readonly before: number; least: number; lasted: Seconds } | undefined;

  /**
   * @param gap the first one seen, believed if it may be that of an open eye.
   * @param usualGap taken otherwise.
   * @param sharp whether the tracker sees irises.
   */
  begin(gap: number, usualGap: number, sharp: boolean): void {
    this.#open = gap >= OPEN_LEAST && gap <= OPEN_MOST ? gap : usualGap;
    this.#depth = sharp ? SHARP_DEPTH : DULL_DEPTH;
    this.#evidence = LEAST_WINDOW;
    this.#low = 0;
    this.#recent = gap;
    this.#dip = undefined;
  }

  /** What was learnt; not what the lids are doing at the moment. */
  get memory(): LidMemory {
    return { open: this.#open, depth: this.#depth, evidence: this.#evidence };
  }

  recall({ open, depth, evidence }: LidMemory): void {
    this.begin(open, open, depth === SHARP_DEPTH);
    this.#open = open;
    this.#depth = depth;
    this.#evidence = evidence;
  }

  /** Gap of the open eye. */
  get open(): number {
    return this.#open;
  }

  /** @returns 0 shut, 1 open as at rest, more when wide. */
  openness(gap: number): number {
    const range = TOUCHING * this.#depth * this.#open;
    return Math.max(0, 1 - (this.#open - gap) / range);
  }

  update(gap: number, dt: Seconds): void {
    if (this.openness(gap) > TELLING && gap >= OPEN_LEAST) {
      const most = DULL_WINDOW + (SHARP_WINDOW - DULL_WINDOW) * this.#depth;
      this.#evidence = Math.min(most, this.#evidence + dt);
      this.#open += (dt / this.#evidence) * (Math.min(gap, OPEN_MOST) - this.#open);
      this.#low = 0;
    } else {
      this.#low += dt;
      // A dull tracker's open gap wanders by as much as it sees of a blink: lids that stay down are up.
      const doubt = (1 - this.#depth) ** 2;
      if (this.#low > BLINK_MOST) this.#open += ((doubt * dt) / DOUBT_TIME) * (gap - this.#open);
    }
    this.#watchBlink(gap, dt);
    this.#recent = Math.max(gap, this.#recent + (gap - this.#recent) * Math.min(1, dt / RECENT));
  }

  #watchBlink(gap: number, dt: Seconds): void {
    const dip = this.#dip;
    if (!dip) {
      if (gap < (1 - DROP) * this.#recent)
        this.#dip = { before: this.#recent, least: gap, lasted: dt };
      return;
    }
    dip.least = Math.min(dip.least, gap);
    dip.lasted += dt;
    const back = gap > dip.least + RECOVERY * (dip.before - dip.least);
    if (!back && dip.lasted <= BLINK_MOST) return;
    this.#dip = undefined;
    const depth = Math.min(1, (dip.before - dip.least) / dip.before);
    if (!back || depth < HALF * this.#depth) return;
    const share = depth > this.#depth ? DEEPER_SHARE : SHALLOWER_SHARE;
    this.#depth = Math.max(LEAST_DEPTH, this.#depth + share * (depth - this.#depth));
  }
}
