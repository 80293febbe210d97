import { PictureFileError } from './picture-file-error.ts';
import type { PictureHeader } from './picture-file-header.ts';

/** Markers of ITU-T T.81 table B.1. */
const EOI = 0xd9;
const SOS = 0xda;
const APP1 = 0xe1;
/** Baseline, extended and progressive Huffman; the other frame types have no decoder here. */
const READABLE_FRAMES: readonly number[] = [0xc0, 0xc1, 0xc2];
/** C0–CF but for DHT, JPG and DAC. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** "Exif\0\0" stands before the TIFF structure (Exif 2.32 §4.7.2). */
const EXIF_PREFIX = [0x45, 0x78, 0x69, 0x66, 0, 0];

/** @throws PictureFileError. Checks too that the picture does not break off before its end marker. */
export function parseJpegHeader(file: Uint8Array): PictureHeader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let size: { width: number; height: number } | undefined;
  let exif: Uint8Array | undefined;
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) throw corrupt('a segment does not start with a marker');
    const marker = file[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === SOS) {
      if (size === undefined) throw corrupt('the size is missing');
      if (!hasEnd(file, at)) throw corrupt('it breaks off before its end');
      return { format: 'jpeg', ...size, exif };
    }
    const length = view.getUint16(at + 2);
    const body = file.subarray(at + 4, at + 2 + length);
    if (length < 2 || body.length !== length - 2) throw corrupt('a segment runs past the end');
    if (isFrame(marker)) size = readFrame(marker, body);
    if (marker === APP1 && exif === undefined && EXIF_PREFIX.every((byte, i) => body[i] === byte)) {
      exif = body.subarray(EXIF_PREFIX.length);
    }
    at += 2 + length;
  }
  throw corrupt('it ends before the picture begins');
}

function readFrame(marker: number, body: Uint8Array): { width: number; height: number } {
  if (!READABLE_FRAMES.includes(marker)) {
    throw unsupported('uses lossless or arithmetic coding', marker);
  }
  if (body.length < 6) throw corrupt('the frame header is cut short');
  const precision = body[0]!;
  const height = (body[1]! << 8) | body[2]!;
  const width = (body[3]! << 8) | body[4]!;
  const components = body[5]!;
  if (precision !== 8) throw unsupported(`has ${precision} bits a sample, not 8`, precision);
  if (components !== 1 && components !== 3) {
    throw unsupported('is in CMYK colours; save it as RGB', components);
  }
  if (width === 0 || height === 0) throw corrupt('the picture is empty');
  return { width, height };
}

/** Coded data cannot hold FF D9 by itself: an FF in it is followed by a zero or a restart marker. */
function hasEnd(file: Uint8Array, from: number): boolean {
  for (let at = file.indexOf(EOI, from); at > 0; at = file.indexOf(EOI, at + 1)) {
    if (file[at - 1] === 0xff) return true;
  }
  return false;
}

function corrupt(problem: string): PictureFileError {
  return new PictureFileError('picture_corrupt', `This JPEG file is damaged: ${problem}.`);
}

function unsupported(problem: string, value: unknown): PictureFileError {
  return new PictureFileError('picture_unsupported', `This JPEG file ${problem}.`, {
    value,
    valid: '8 bit, grey or RGB, baseline or progressive',
  });
}
