import { crc32, deflateSync } from 'node:zlib';

export interface PngLayout {
  readonly width: number;
  readonly height: number;
  /** Colour type: 0 grey, 2 RGB, 3 palette, 6 RGBA (PNG §11.2.1). */
  readonly colour: number;
  readonly depth: number;
  /** Bytes of one pixel, or of eight where one has a single bit; all are alike. Empty: no rows. */
  readonly pixel: readonly number[];
  readonly palette?: readonly number[];
}

/** Writes a PNG of any colour type and depth, all of one colour. */
export function pngFile({ width, height, colour, depth, pixel, palette }: PngLayout): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colour;
  const repeats = depth < 8 ? Math.ceil((width * depth) / 8) : width;
  const row = [0, ...Array.from({ length: pixel.length === 0 ? 0 : repeats }, () => pixel).flat()];
  const rows = pixel.length === 0 ? [] : Array.from({ length: height }, () => row).flat();
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette === undefined ? [] : [chunk('PLTE', Buffer.from(palette))]),
    chunk('IDAT', deflateSync(Buffer.from(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(body.length + 12);
  whole.writeUInt32BE(body.length);
  whole.write(type, 4, 'latin1');
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), body.length + 8);
  return whole;
}
