/** NAL unit types that the pipeline tells apart (ITU-T H.264 table 7-1). */
export const NAL_SLICE = 1;
export const NAL_IDR = 5;
export const NAL_SPS = 7;

/** One NAL unit of an Annex B byte stream, start code stripped: a view of the stream's memory. */
export interface NalUnit {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * Splits an Annex B byte stream (ITU-T H.264 Annex B) at its start codes. What precedes the
 * first start code is no NAL unit and is skipped; empty units are skipped too.
 */
export function* nalUnits(stream: Uint8Array): Generator<NalUnit> {
  let start = -1;
  for (let at = nextStartCode(stream, 0); at >= 0; at = nextStartCode(stream, at + 3)) {
    if (start >= 0) yield* unit(stream, start, at);
    start = at + 3;
  }
  if (start >= 0) yield* unit(stream, start, stream.length);
}

/** Offset of the next 00 00 01, or -1. */
function nextStartCode(stream: Uint8Array, from: number): number {
  for (let at = stream.indexOf(1, from + 2); at >= 0; at = stream.indexOf(1, at + 1)) {
    if (stream[at - 1] === 0 && stream[at - 2] === 0) return at - 2;
  }
  return -1;
}

function* unit(stream: Uint8Array, start: number, end: number): Generator<NalUnit> {
  // A four-byte start code and trailing_zero_8bits leave zeros that belong to no unit.
  let last = end;
  while (last > start && stream[last - 1] === 0) last--;
  if (last === start) return;
  yield { type: stream[start]! & 0x1f, bytes: stream.subarray(start, last) };
}

/** Removes emulation prevention bytes (§7.4.1): NAL unit bytes → raw payload. */
export function unescapeNal(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    out[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return out.subarray(0, length);
}
