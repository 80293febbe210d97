import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { BUILT_IN_IDENTITIES } from '../../src/pipeline/folders.ts';
import type { AvatarFrame, CameraFrame, Picture } from '../../src/pipeline/picture.ts';
import { decodePicture } from '../../src/pipeline/render/identity/picture-file.io.ts';
import { resizePicture } from '../../src/pipeline/render/identity/picture-resize.ts';
import { codecMatrix } from '../pipeline/codec-matrix.ts';
import { textureOf } from '../pipeline/render/texture-of.ts';
import { LineUp, NOBODY } from './likeness.ts';

let lineUp: LineUp;
let pictures: [string, Picture][];

beforeAll(async () => {
  lineUp = new LineUp();
  await lineUp.addBuiltIn();
  pictures = await Promise.all(
    (await readdir(BUILT_IN_IDENTITIES)).map(async (id): Promise<[string, Picture]> => {
      const file = await readFile(join(BUILT_IN_IDENTITIES, id, '1.webp'));
      return [id, await decodePicture(file)];
    }),
  );
});

/** The picture moved aside by a share of its width, its edge drawn out. */
function moved({ width, height, rgba }: Picture, share: number): Picture {
  const out = new Uint8ClampedArray(rgba.length);
  const by = Math.round(width * share);
  for (let i = 0; i < out.length; i++) {
    const [row, column] = [Math.floor(i / 4 / width), Math.floor(i / 4) % width];
    const from = Math.max(0, Math.min(width - 1, column - by));
    out[i] = rgba[(row * width + from) * 4 + (i % 4)]!;
  }
  return { width, height, rgba: out };
}

const SIDE = 256;

/** The picture with what so small a one keeps of it. */
function blurred(picture: Picture, side: number): Picture {
  return resizePicture(resizePicture(picture, { width: side, height: side }), {
    width: SIDE,
    height: SIDE,
  });
}

function toFrame(picture: Picture): AvatarFrame {
  const { texels } = textureOf(picture, SIDE);
  const channel = (k: number, step: number) =>
    Uint8Array.from({ length: (SIDE / step) ** 2 }, (_, i) => {
      const [row, column] = [Math.floor(i / (SIDE / step)) * step, (i % (SIDE / step)) * step];
      return texels[(row * SIDE + column) * 4 + k]!;
    });
  return { width: SIDE, height: SIDE, y: channel(0, 1), u: channel(1, 2), v: channel(2, 2) };
}

/** BT.601 limited range. */
function toPicture({ width, height, y, u, v, strideY, strideUv }: CameraFrame): Picture {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [row, column] = [Math.floor(i / width), i % width];
    const chroma = (row >> 1) * strideUv + (column >> 1);
    const luma = 1.164384 * (y[row * strideY + column]! - 16);
    const [blue, red] = [u[chroma]! - 128, v[chroma]! - 128];
    rgba.set(
      [luma + 1.596027 * red, luma - 0.391762 * blue - 0.812968 * red, luma + 2.017232 * blue, 255],
      i * 4,
    );
  }
  return { width, height, rgba };
}

/** The first frames that a far end decodes, at a bitrate: a keyframe and those that refer to it. */
async function coded(
  picture: Picture,
  { codecs, codec }: (typeof codecMatrix)[number],
  bitrate: number,
): Promise<Picture[]> {
  const encoder = await codecs.createEncoder({
    codec,
    width: SIDE,
    height: SIDE,
    fps: 30,
    bitrate,
  });
  const decoder = await codecs.createDecoder(codec);
  const seen: Picture[] = [];
  for (let i = 0; i < 3; i++) {
    const frame = toFrame(moved(picture, 0.01 * i));
    const { data } = await encoder.encode(frame, i * 33, { keyframe: i === 0 });
    const decoded = await decoder.decode(data);
    if (decoded) seen.push(toPicture(decoded));
  }
  encoder.close();
  decoder.close();
  return seen;
}

/** Every pixel of one colour. */
function plain(...colour: [r: number, g: number, b: number]): Picture {
  const rgba = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let i = 0; i < rgba.length; i += 4) rgba.set([...colour, 255], i);
  return { width: SIDE, height: SIDE, rgba };
}

describe('the line-up', () => {
  it('knows everybody, also who leaned far to one side, by a clear margin', () => {
    for (const [id, picture] of pictures)
      for (const share of [-0.12, 0, 0.12]) {
        const [first, second] = lineUp.compare(moved(picture, share));
        expect(first?.name).toBe(id);
        expect(second!.distance).toBeGreaterThan(1.5 * first!.distance);
        expect(lineUp.name(moved(picture, share))).toBe(id);
      }
  });

  it('knows everybody in a frame of 16 pixels, too', () => {
    for (const [id, picture] of pictures) expect(lineUp.name(blurred(picture, 16))).toBe(id);
  });

  it.each(codecMatrix)('knows everybody in the first frames of $name at 60 kbit/s', async (row) => {
    for (const [id, picture] of pictures) {
      const seen = await coded(picture, row, 60_000);
      expect(seen.length).toBeGreaterThan(1);
      for (const frame of seen) expect(lineUp.name(frame)).toBe(id);
    }
  });

  it.each([
    ['black, as a page that has no frame paints', plain(0, 0, 0)],
    ['the green of planes of zeros', plain(0, 135, 0)],
    ['grey', plain(128, 128, 128)],
    ['white', plain(255, 255, 255)],
  ])('names nobody for a frame that is %s', (_, frame) => {
    expect(lineUp.name(frame)).toBe(NOBODY);
  });

  it('names nobody for a picture of nobody that it knows', () => {
    for (const [id, picture] of pictures) {
      const inverted = {
        ...picture,
        rgba: picture.rgba.map((c, i) => (i % 4 === 3 ? c : 255 - c)),
      };
      expect(lineUp.name(inverted), id).toBe(NOBODY);
    }
  });
});
