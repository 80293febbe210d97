import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import encodeJpeg, { init as initJpegEncoder } from '@jsquash/jpeg/encode.js';
import encodeWebp, { init as initWebpEncoder } from '@jsquash/webp/encode.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../../../src/pipeline/picture.ts';
import {
  decodePicture,
  encodePng,
  MAX_PICTURE_BYTES,
} from '../../../../src/pipeline/render/identity/picture-file.io.ts';
import { pngFile } from './png-file.ts';

type Rgb = readonly [number, number, number];
const RED: Rgb = [220, 30, 30];
const GREEN: Rgb = [30, 200, 40];
const BLUE: Rgb = [30, 40, 220];
const WHITE: Rgb = [240, 240, 240];

/** Four quarters of different colours, wider than high, so that no turn goes unseen. */
function quarters(width = 48, height = 32): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = y < height / 2 ? [RED, GREEN] : [BLUE, WHITE];
      rgba.set([...(x < width / 2 ? left : right), 255], (y * width + x) * 4);
    }
  }
  return { width, height, rgba };
}

function corners({ width, height, rgba }: Picture): Rgb[] {
  const at = (x: number, y: number) => (y * width + x) * 4;
  return [at(4, 4), at(width - 5, 4), at(4, height - 5), at(width - 5, height - 5)].map(
    (i) => [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!] as const,
  );
}

function expectColours(seen: readonly Rgb[], expected: readonly Rgb[]) {
  const far = seen.flatMap((colour, i) => colour.map((c, k) => Math.abs(c - expected[i]![k]!)));
  expect(Math.max(...far)).toBeLessThan(12);
}

async function wasm(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(path)));
}

const imageData = ({ width, height, rgba }: Picture) =>
  ({ width, height, data: rgba, colorSpace: 'srgb' }) as Parameters<typeof encodeJpeg>[0];

const files: Record<'jpeg' | 'png' | 'webp', Uint8Array> = {
  jpeg: new Uint8Array(),
  png: new Uint8Array(),
  webp: new Uint8Array(),
};
const formats = ['jpeg', 'png', 'webp'] as const;

beforeAll(async () => {
  await initJpegEncoder(await wasm('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm'));
  await initWebpEncoder(await wasm('@jsquash/webp/codec/enc/webp_enc.wasm'));
  files.jpeg = new Uint8Array(await encodeJpeg(imageData(quarters()), { quality: 95 }));
  files.webp = new Uint8Array(await encodeWebp(imageData(quarters()), { quality: 95 }));
  files.png = await encodePng(quarters());
});

describe.each(formats)('a %s file', (format) => {
  test('becomes an opaque picture of the right colours', async () => {
    const picture = await decodePicture(files[format]);
    expect(picture).toMatchObject({ width: 48, height: 32 });
    expect(picture.rgba).toHaveLength(48 * 32 * 4);
    expectColours(corners(picture), [RED, GREEN, BLUE, WHITE]);
    expect(picture.rgba.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
  });

  test('cut short anywhere is refused as corrupt', async () => {
    const whole = files[format];
    for (const share of [0.1, 0.3, 0.6, 0.9, 0.99]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      await expect(decodePicture(cut)).rejects.toMatchObject({
        code: 'picture_corrupt',
        message: expect.stringMatching(/damaged/),
      });
    }
  });

  test('full of noise behind its header is refused or read, and harms no later one', async () => {
    const noisy = Uint8Array.from(files[format], (byte, i) =>
      i > 60 && i < files[format].length - 20 ? (byte * 31 + i * 7) & 0xff : byte,
    );
    await decodePicture(noisy).catch((error) =>
      expect(error).toMatchObject({ code: expect.stringMatching(/^picture_/) }),
    );
    expect(await decodePicture(files[format])).toMatchObject({ width: 48, height: 32 });
  });

  test('may be decoded twice at once', async () => {
    const [one, two] = await Promise.all([
      decodePicture(files[format]),
      decodePicture(files[format]),
    ]);
    expect(one.rgba).toEqual(two.rgba);
    expect(one.rgba).not.toBe(two.rgba);
  });
});

describe('the orientation tag', () => {
  /** What is seen in the four corners of the quarters when a viewer follows the tag. */
  const expected: readonly (readonly Rgb[])[] = [
    [RED, GREEN, BLUE, WHITE],
    [GREEN, RED, WHITE, BLUE],
    [WHITE, BLUE, GREEN, RED],
    [BLUE, WHITE, RED, GREEN],
    [RED, BLUE, GREEN, WHITE],
    [BLUE, RED, WHITE, GREEN],
    [WHITE, GREEN, BLUE, RED],
    [GREEN, WHITE, RED, BLUE],
  ];

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i is followed', async (tag) => {
    for (const file of [
      jpegWithExif(files.jpeg, tag),
      pngWithExif(files.png, tag),
      webpWithExif(files.webp, tag),
    ]) {
      const picture = await decodePicture(file);
      expect(picture.width).toBe(tag < 5 ? 48 : 32);
      expect(picture.height).toBe(tag < 5 ? 32 : 48);
      expectColours(corners(picture), expected[tag - 1]!);
    }
  });

  test('without sense, or in a broken block, leaves the picture as it is', async () => {
    expect(await decodePicture(jpegWithExif(files.jpeg, 9))).toMatchObject({ width: 48 });
    const broken = jpegWithExif(files.jpeg, 6);
    broken.fill(0xee, 12, 38);
    expect(await decodePicture(broken)).toMatchObject({ width: 48 });
  });
});

describe('a PNG of another layout', () => {
  test.each([
    ['grey', { colour: 0, depth: 8, pixel: [100] }, [100, 100, 100]],
    ['grey of 16 bits', { colour: 0, depth: 16, pixel: [100, 0] }, [100, 100, 100]],
    ['grey of one bit', { colour: 0, depth: 1, pixel: [0xff] }, [255, 255, 255]],
    ['colour of 16 bits', { colour: 2, depth: 16, pixel: [10, 0, 20, 0, 30, 0] }, [10, 20, 30]],
    ['a palette', { colour: 3, depth: 8, pixel: [1], palette: [0, 0, 0, 9, 8, 7] }, [9, 8, 7]],
  ] as const)('works: %s', async (_, layout, rgb) => {
    const { rgba } = await decodePicture(pngFile({ width: 8, height: 4, ...layout }));
    expect([...rgba.subarray(0, 4)]).toEqual([...rgb, 255]);
  });

  test('that is transparent lets mid-grey through', async () => {
    const clear = await decodePicture(
      pngFile({ width: 2, height: 2, colour: 6, depth: 8, pixel: [255, 0, 0, 0] }),
    );
    expect([...clear.rgba.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
    const half = await decodePicture(
      pngFile({ width: 2, height: 2, colour: 6, depth: 8, pixel: [255, 0, 128, 128] }),
    );
    expect([...half.rgba.subarray(0, 4)]).toEqual([192, 64, 128, 255]);
  });
});

describe('a picture too large', () => {
  test('is refused by its header alone', async () => {
    const header = pngFile({ width: 30_000, height: 30_000, colour: 2, depth: 8, pixel: [] });
    await expect(decodePicture(header)).rejects.toMatchObject({
      code: 'picture_too_large',
      message: expect.stringMatching(/30000x30000.*16 megapixels/),
    });
  });

  test('is refused by its bytes, whatever they are', async () => {
    await expect(decodePicture(new Uint8Array(MAX_PICTURE_BYTES + 1))).rejects.toMatchObject({
      code: 'picture_too_large',
      message: expect.stringMatching(/24 MiB/),
    });
  });
});

describe('a file of another kind', () => {
  test.each([
    ['nothing', ''],
    ['a GIF', 'GIF89a'],
    ['text', 'hello, world'],
    ['a page', '<html><img src=x></html>'],
  ])('is refused: %s', async (_, text) => {
    await expect(decodePicture(Buffer.from(text))).rejects.toMatchObject({
      code: 'picture_unsupported',
      message: expect.stringMatching(/JPEG, PNG or WebP/),
    });
  });

  test('is refused with its reason where the format is known but not the variant', async () => {
    const cmyk = Uint8Array.from(files.jpeg);
    cmyk[sofAt(cmyk) + 9] = 4;
    await expect(decodePicture(cmyk)).rejects.toMatchObject({
      code: 'picture_unsupported',
      message: expect.stringMatching(/CMYK/),
    });
    const twelveBits = Uint8Array.from(files.jpeg);
    twelveBits[sofAt(twelveBits) + 4] = 12;
    await expect(decodePicture(twelveBits)).rejects.toMatchObject({
      code: 'picture_unsupported',
      message: expect.stringMatching(/12 bits/),
    });
  });
});

test('a picture survives the way through PNG unchanged, always to the same bytes', async () => {
  const picture = quarters();
  const file = await encodePng(picture);
  expect((await decodePicture(file)).rgba).toEqual(picture.rgba);
  expect(await encodePng(picture)).toEqual(file);
});

test('a view into larger memory is encoded alone', async () => {
  const { width, height, rgba } = quarters();
  const memory = new Uint8ClampedArray(rgba.length * 2).fill(7);
  memory.set(rgba, 100);
  const view = { width, height, rgba: memory.subarray(100, 100 + rgba.length) };
  expect((await decodePicture(await encodePng(view))).rgba).toEqual(rgba);
});

/** A TIFF structure of one directory with the orientation tag alone. */
function exif(tag: number): Uint8Array {
  const bytes = Buffer.alloc(26);
  bytes.write('II');
  bytes.writeUInt16LE(42, 2);
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt16LE(0x0112, 10);
  bytes.writeUInt16LE(3, 12);
  bytes.writeUInt32LE(1, 14);
  bytes.writeUInt16LE(tag, 18);
  return bytes;
}

function jpegWithExif(file: Uint8Array, tag: number): Uint8Array {
  const body = Buffer.concat([Buffer.from('Exif\0\0'), exif(tag)]);
  const segment = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([file.subarray(0, 2), segment, body, file.subarray(2)]);
}

function pngWithExif(file: Uint8Array, tag: number): Uint8Array {
  const body = exif(tag);
  const chunk = Buffer.alloc(body.length + 12);
  chunk.writeUInt32BE(body.length);
  chunk.write('eXIf', 4);
  chunk.set(body, 8);
  // Decoders may pass over the checksum of a chunk that they do not read.
  return Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)]);
}

/** Puts a simple file's only chunk into an extended one (WebP container specification). */
function webpWithExif(file: Uint8Array, tag: number): Uint8Array {
  const body = exif(tag);
  const extended = Buffer.alloc(18);
  extended.write('VP8X');
  extended.writeUInt32LE(10, 4);
  extended[8] = 0x08;
  extended.writeUIntLE(48 - 1, 12, 3);
  extended.writeUIntLE(32 - 1, 15, 3);
  const chunk = Buffer.alloc(8);
  chunk.write('EXIF');
  chunk.writeUInt32LE(body.length, 4);
  const whole = Buffer.concat([file.subarray(0, 12), extended, file.subarray(12), chunk, body]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

/** Where the frame header's marker is. */
function sofAt(file: Uint8Array): number {
  for (let at = 2; ; at += 2 + ((file[at + 2]! << 8) | file[at + 3]!)) {
    if (file[at + 1] === 0xc0 || file[at + 1] === 0xc2) return at;
  }
}
