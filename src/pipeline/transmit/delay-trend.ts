import type { Milli } from '../../time.ts';

/** What the queue of the bottleneck does. */
export type PathUsage = 'normal' | 'overuse' | 'underuse';

// Constants of draft-ietf-rmcat-gcc-02 and of the trendline filter that libwebrtc replaced its
// Kalman filter with.
/** Packets sent within this belong to one group: the pacer let them go together. */
const GROUP_SPAN: Milli = 5;
const WINDOW = 20;
const SMOOTHING = 0.9;
const GAIN = 4;
const MAX_DELTAS = 60;
const THRESHOLD_START: Milli = 12.5;
const THRESHOLD_MIN: Milli = 6;
const THRESHOLD_MAX: Milli = 600;
const THRESHOLD_UP = 0.0087;
const THRESHOLD_DOWN = 0.039;
/** Excursions this far out (a route change) must not drag the threshold along. */
const THRESHOLD_REACH: Milli = 15;
const OVERUSE_TIME: Milli = 10;

interface Group {
  firstSent: Milli;
  lastSent: Milli;
  lastReceived: Milli;
}

/**
 * Tells from one-way delays whether a queue is building up: groups of packets, the difference of
 * their spacing at both ends, and the slope of its running sum, against a threshold that adapts so
 * that TCP next to us does not starve us.
 */
export class DelayTrend {
  #group: Group | undefined;
  #previous: Group | undefined;
  #deltas = 0;
  #sum = 0;
  #smoothed = 0;
  #firstReceived: Milli | undefined;
  #points: { x: Milli; y: Milli }[] = [];
  #threshold: Milli = THRESHOLD_START;
  #overuseFor: Milli | undefined;
  #overuseCount = 0;
  #lastTrend = 0;
  #lastUpdate: Milli | undefined;
  #usage: PathUsage = 'normal';

  get usage(): PathUsage {
    return this.#usage;
  }

  /** Packets that arrived, in the order they were sent. */
  add(sentAt: Milli, receivedAt: Milli): void {
    const group = this.#group;
    if (!group) {
      this.#group = { firstSent: sentAt, lastSent: sentAt, lastReceived: receivedAt };
      return;
    }
    // Reordered across groups: its group is closed already.
    if (sentAt < group.firstSent) return;
    if (sentAt - group.firstSent <= GROUP_SPAN || this.#burst(group, sentAt, receivedAt)) {
      group.lastSent = Math.max(group.lastSent, sentAt);
      group.lastReceived = Math.max(group.lastReceived, receivedAt);
      return;
    }
    if (this.#previous) {
      this.#update(
        group.lastSent - this.#previous.lastSent,
        group.lastReceived - this.#previous.lastReceived,
        group.lastReceived,
      );
    }
    this.#previous = group;
    this.#group = { firstSent: sentAt, lastSent: sentAt, lastReceived: receivedAt };
  }

  /** Something on the way held packets back and let them go at once: their spacing says nothing. */
  #burst(group: Group, sentAt: Milli, receivedAt: Milli): boolean {
    const arrival = receivedAt - group.lastReceived;
    return (
      arrival <= GROUP_SPAN &&
      arrival - (sentAt - group.lastSent) < 0 &&
      receivedAt - (this.#previous?.lastReceived ?? receivedAt) < 100
    );
  }

  #update(sendDelta: Milli, receiveDelta: Milli, receivedAt: Milli): void {
    this.#deltas = Math.min(MAX_DELTAS, this.#deltas + 1);
    this.#firstReceived ??= receivedAt;
    this.#sum += receiveDelta - sendDelta;
    this.#smoothed = SMOOTHING * this.#smoothed + (1 - SMOOTHING) * this.#sum;
    this.#points.push({ x: receivedAt - this.#firstReceived, y: this.#smoothed });
    if (this.#points.length > WINDOW) this.#points.shift();
    const trend = this.#points.length === WINDOW ? slope(this.#points) : this.#lastTrend;
    this.#detect(trend, sendDelta, receivedAt);
  }

  #detect(trend: number, sendDelta: Milli, now: Milli): void {
    const modified = this.#deltas * trend * GAIN;
    if (modified > this.#threshold) {
      this.#overuseFor =
        (this.#overuseFor ?? sendDelta / 2) + (this.#overuseFor === undefined ? 0 : sendDelta);
      this.#overuseCount += 1;
      if (this.#overuseFor > OVERUSE_TIME && this.#overuseCount > 1 && trend >= this.#lastTrend) {
        this.#overuseFor = 0;
        this.#overuseCount = 0;
        this.#usage = 'overuse';
      }
    } else {
      this.#overuseFor = undefined;
      this.#overuseCount = 0;
      this.#usage = modified < -this.#threshold ? 'underuse' : 'normal';
    }
    this.#lastTrend = trend;
    this.#adapt(Math.abs(modified), now);
  }

  #adapt(modified: number, now: Milli): void {
    const elapsed = Math.min(100, now - (this.#lastUpdate ?? now));
    this.#lastUpdate = now;
    if (modified > this.#threshold + THRESHOLD_REACH) return;
    const k = modified < this.#threshold ? THRESHOLD_DOWN : THRESHOLD_UP;
    const next = this.#threshold + k * (modified - this.#threshold) * elapsed;
    this.#threshold = Math.max(THRESHOLD_MIN, Math.min(THRESHOLD_MAX, next));
  }
}

/** Least squares. */
function slope(points: readonly { x: number; y: number }[]): number {
  let sumX = 0;
  let sumY = 0;
  for (const { x, y } of points) {
    sumX += x;
    sumY += y;
  }
  const meanX = sumX / points.length;
  const meanY = sumY / points.length;
  let numerator = 0;
  let denominator = 0;
  for (const { x, y } of points) {
    numerator += (x - meanX) * (y - meanY);
    denominator += (x - meanX) ** 2;
  }
  return denominator === 0 ? 0 : numerator / denominator;
}
