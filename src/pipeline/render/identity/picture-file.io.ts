import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { decode as decodePng, init as initPngDecoder } from '@jsquash/png/decode.js';
import encodePngRgba, { init as initPngEncoder } from '@jsquash/png/encode.js';
import libwebp from '@jsquash/webp/codec/dec/webp_dec.js';
import exifr from 'exifr';
import type { Picture } from '../../picture.ts';
import { PictureFileError } from './picture-file-error.ts';
import { type PictureFormat, parsePictureHeader } from './picture-file-header.ts';
import { exifOrientation, uprightPicture } from './picture-file-orientation.ts';

/** Enough for what a telephone takes at 12 Mpx, too little to fill a server's memory with. */
const MAX_PICTURE_PIXELS = 16 * 1024 * 1024;
export const MAX_PICTURE_BYTES = 24 * 1024 * 1024;

/** What shows through a transparent picture: mid-grey sets off light and dark hair alike. */
const BACKDROP = 128;

/**
 * Reads a JPEG, PNG or WebP file into an upright, opaque picture. Size and structure are judged by
 * the header before a pixel is decoded; colour profiles are ignored, all colours are taken as sRGB.
 * @throws PictureFileError `picture_too_large`, `picture_unsupported`, `picture_corrupt`.
 */
export async function decodePicture(file: Uint8Array): Promise<Picture> {
  if (file.length > MAX_PICTURE_BYTES) {
    throw tooLarge(
      `This file has ${mebi(file.length)} MiB`,
      file.length,
      MAX_PICTURE_BYTES,
      'bytes',
    );
  }
  const header = parsePictureHeader(file);
  const pixels = header.width * header.height;
  if (pixels > MAX_PICTURE_PIXELS) {
    const size = `This picture has ${header.width}x${header.height} pixels`;
    throw tooLarge(size, pixels, MAX_PICTURE_PIXELS, 'pixels');
  }
  const stored = await decodeStored(header.format, file);
  if (stored.width !== header.width || stored.height !== header.height) {
    throw new PictureFileError('picture_corrupt', 'This picture is not of the size that it says.');
  }
  if (header.format !== 'jpeg') flatten(stored.rgba);
  return uprightPicture(stored, await readOrientation(header.exif));
}

/** Writes a picture as PNG, losslessly and always with the same bytes. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  await initPngEncoder(await compiled('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'));
  // The encoder takes the whole underlying buffer, hence the copy.
  const data = new Uint8ClampedArray(picture.rgba);
  const { width, height } = picture;
  return new Uint8Array(await encodePngRgba({ data, width, height, colorSpace: 'srgb' }));
}

async function decodeStored(format: PictureFormat, file: Uint8Array): Promise<Picture> {
  try {
    const { width, height, data } = await DECODERS[format](file);
    return { width, height, rgba: data };
  } catch (cause) {
    throw new PictureFileError(
      'picture_corrupt',
      `This ${format.toUpperCase()} file is damaged: it does not decode.`,
      { cause },
    );
  }
}

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** A module each decode: its memory, up to 200 MB, goes with it, and so does a crash. */
const DECODERS: Record<PictureFormat, (file: Uint8Array) => Promise<Rgba>> = {
  async jpeg(file) {
    const decoder = await mozjpeg(
      instantiateWith(await compiled('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm')),
    );
    return present(decoder.decode(file, false));
  },
  async webp(file) {
    const decoder = await libwebp(
      instantiateWith(await compiled('@jsquash/webp/codec/dec/webp_dec.wasm')),
    );
    return present(decoder.decode(file));
  },
  async png(file) {
    await initPngDecoder(await compiled('@jsquash/png/codec/pkg/squoosh_png_bg.wasm'));
    return decodePng(new Uint8Array(file).buffer);
  },
};

function present(decoded: Rgba | null): Rgba {
  if (decoded === null) throw new Error('the decoder returned nothing');
  return decoded;
}

/** The modules look for their WASM by URL, which Node's fetch cannot read from disk. */
function instantiateWith(module: WebAssembly.Module) {
  return {
    noInitialRun: true,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  };
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

function compiled(path: string): Promise<WebAssembly.Module> {
  const module = modules.get(path) ?? compile(path);
  modules.set(path, module);
  return module;
}

async function compile(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(createRequire(import.meta.url).resolve(path)));
}

/** A broken Exif block must not cost an otherwise good picture; its orientation is then upright. */
async function readOrientation(exif: Uint8Array | undefined) {
  if (exif === undefined) return exifOrientation(undefined);
  const tag = await exifr.orientation(exif).catch(() => undefined);
  return exifOrientation(tag);
}

function flatten(rgba: Uint8ClampedArray): void {
  for (let at = 3; at < rgba.length; at += 4) {
    if (rgba[at] === 255) continue;
    const alpha = rgba[at]! / 255;
    for (let channel = at - 3; channel < at; channel++) {
      rgba[channel] = rgba[channel]! * alpha + BACKDROP * (1 - alpha);
    }
    rgba[at] = 255;
  }
}

function tooLarge(subject: string, value: number, limit: number, unit: string): PictureFileError {
  return new PictureFileError(
    'picture_too_large',
    `${subject}; at most ${mebi(limit)} ${unit === 'bytes' ? 'MiB' : 'megapixels'} are taken.`,
    { value, valid: `at most ${limit} ${unit}` },
  );
}

function mebi(count: number): number {
  return Math.ceil(count / 1024 / 1024);
}
