import type { Milli } from '../../time.ts';

/**
 * Transport-wide congestion control feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets of a transport arrived
 * and when. This is the FCI, behind the common RTCP feedback header.
 */
export interface TwccFeedback {
  /** Transport sequence of the first packet reported on, 16 bit. */
  readonly base: number;
  /** 8 bit, counts feedback messages. */
  readonly count: number;
  /**
   * Arrival of base, base+1, … on the receiver's own clock, which wraps every 2^24 × 64 ms;
   * undefined where the packet was not seen.
   */
  readonly arrivals: readonly (Milli | undefined)[];
}

const REFERENCE_MS = 64;
const DELTA_MS = 0.25;
const REFERENCE_WRAP = 2 ** 24;
/** More packets than this are never reported in one message: at 50 ms a message it is 80 000 a second. */
export const MAX_TWCC_PACKETS = 4096;

const NOT_RECEIVED = 0;
const SMALL_DELTA = 1;
const LARGE_DELTA = 2;

/** Writes the FCI. Deltas over ±8 s do not fit; the caller reports such packets separately. */
export function writeTwcc(feedback: TwccFeedback): Buffer {
  const first = feedback.arrivals.find((at) => at !== undefined) ?? 0;
  const reference = Math.floor(first / REFERENCE_MS);
  const symbols: number[] = [];
  const deltas: number[] = [];
  // Deltas are taken between rounded instants, so that rounding does not add up.
  let previous = (reference * REFERENCE_MS) / DELTA_MS;
  for (const at of feedback.arrivals) {
    if (at === undefined) {
      symbols.push(NOT_RECEIVED);
      continue;
    }
    const ticks = Math.round(at / DELTA_MS);
    const delta = Math.max(-0x8000, Math.min(0x7fff, ticks - previous));
    previous += delta;
    symbols.push(delta >= 0 && delta <= 0xff ? SMALL_DELTA : LARGE_DELTA);
    deltas.push(delta);
  }
  const chunks = packChunks(symbols);
  let deltaBytes = 0;
  for (const delta of deltas) deltaBytes += delta >= 0 && delta <= 0xff ? 1 : 2;
  const length = 8 + chunks.length * 2 + deltaBytes;
  const out = Buffer.alloc(Math.ceil(length / 4) * 4);
  out.writeUInt16BE(feedback.base & 0xffff, 0);
  out.writeUInt16BE(symbols.length, 2);
  out.writeUIntBE(((reference % REFERENCE_WRAP) + REFERENCE_WRAP) % REFERENCE_WRAP, 4, 3);
  out[7] = feedback.count & 0xff;
  let at = 8;
  for (const chunk of chunks) at = out.writeUInt16BE(chunk, at);
  for (const delta of deltas) {
    at = delta >= 0 && delta <= 0xff ? out.writeUInt8(delta, at) : out.writeInt16BE(delta, at);
  }
  return out;
}

/** Runs of one symbol in one chunk (up to 8191), everything else seven symbols a chunk. */
function packChunks(symbols: readonly number[]): number[] {
  const chunks: number[] = [];
  let at = 0;
  while (at < symbols.length) {
    const symbol = symbols[at]!;
    let run = 1;
    while (run < 0x1fff && symbols[at + run] === symbol) run += 1;
    if (run >= 7 || at + run === symbols.length) {
      chunks.push((symbol << 13) | run);
      at += run;
      continue;
    }
    let chunk = 0xc000;
    for (let i = 0; i < 7; i += 1) chunk |= (symbols[at + i] ?? NOT_RECEIVED) << (12 - i * 2);
    chunks.push(chunk);
    at += 7;
  }
  return chunks;
}

/** @returns undefined where the message is malformed; never throws. */
export function readTwcc(fci: Buffer): TwccFeedback | undefined {
  if (fci.length < 8) return undefined;
  const base = fci.readUInt16BE(0);
  const total = fci.readUInt16BE(2);
  const reference = fci.readIntBE(4, 3);
  const count = fci[7]!;
  if (total > MAX_TWCC_PACKETS) return undefined;
  const symbols: number[] = [];
  let at = 8;
  while (symbols.length < total) {
    if (at + 2 > fci.length) return undefined;
    const chunk = fci.readUInt16BE(at);
    at += 2;
    if ((chunk & 0x8000) === 0) {
      const run = Math.min(chunk & 0x1fff, total - symbols.length);
      // A run of nothing would never end the list.
      if (run === 0) return undefined;
      for (let i = 0; i < run; i += 1) symbols.push((chunk >> 13) & 3);
    } else if (chunk & 0x4000) {
      for (let i = 0; i < 7; i += 1) symbols.push((chunk >> (12 - i * 2)) & 3);
    } else {
      for (let i = 0; i < 14; i += 1) symbols.push((chunk >> (13 - i)) & 1);
    }
  }
  symbols.length = total;
  const arrivals: (Milli | undefined)[] = [];
  let ticks = (reference * REFERENCE_MS) / DELTA_MS;
  for (const symbol of symbols) {
    if (symbol === SMALL_DELTA) {
      if (at + 1 > fci.length) return undefined;
      ticks += fci[at]!;
      at += 1;
      arrivals.push(ticks * DELTA_MS);
    } else if (symbol === LARGE_DELTA) {
      if (at + 2 > fci.length) return undefined;
      ticks += fci.readInt16BE(at);
      at += 2;
      arrivals.push(ticks * DELTA_MS);
    } else {
      arrivals.push(undefined);
    }
  }
  return { base, count, arrivals };
}
