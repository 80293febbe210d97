import { parseVp8Header } from '../../decode/vp8-header.ts';
import { PictureFileError } from './picture-file-error.ts';
import type { PictureHeader } from './picture-file-header.ts';

/** "RIFF", length, "WEBP". */
const RIFF_HEADER = 12;
const CHUNK_HEADER = 8;
const VP8L_SIGNATURE = 0x2f;
/** Flags of the VP8X chunk (WebP container specification, "Extended File Format"). */
const ANIMATED = 0x02;

/** @throws PictureFileError. Checks too that the file is as long as it says. */
export function parseWebpHeader(file: Uint8Array): PictureHeader {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = RIFF_HEADER - 4 + view.getUint32(4, true);
  if (end > file.length) throw corrupt('it breaks off before its end');
  let size: { width: number; height: number } | undefined;
  let exif: Uint8Array | undefined;
  for (let at = RIFF_HEADER; at + CHUNK_HEADER <= end; ) {
    const type = String.fromCharCode(...file.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const body = file.subarray(at + CHUNK_HEADER, at + CHUNK_HEADER + length);
    if (body.length !== length) throw corrupt('a chunk runs past the end');
    if (type === 'VP8X') size = readExtended(body);
    if (type === 'VP8 ') size ??= readLossy(body);
    if (type === 'VP8L') size ??= readLossless(body);
    if (type === 'EXIF') exif = withoutExifPrefix(body);
    at += CHUNK_HEADER + length + (length & 1);
  }
  if (size === undefined) throw corrupt('there is no picture in it');
  return { format: 'webp', ...size, exif };
}

function readExtended(body: Uint8Array): { width: number; height: number } {
  if (body.length < 10) throw corrupt('the header is cut short');
  if ((body[0]! & ANIMATED) !== 0) {
    throw new PictureFileError(
      'picture_unsupported',
      'This WebP file is an animation; send a still picture.',
    );
  }
  const uint24 = (at: number) => body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16);
  return { width: uint24(4) + 1, height: uint24(7) + 1 };
}

function readLossy(body: Uint8Array): { width: number; height: number } {
  const header = parseVp8Header(body);
  if (header?.keyframe !== true) throw corrupt('the picture data is broken');
  return { width: header.width!, height: header.height! };
}

function readLossless(body: Uint8Array): { width: number; height: number } {
  if (body.length < 5 || body[0] !== VP8L_SIGNATURE) throw corrupt('the picture data is broken');
  const bits = body[1]! | (body[2]! << 8) | (body[3]! << 16) | (body[4]! << 24);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Some writers carry JPEG's "Exif\0\0" over. */
function withoutExifPrefix(body: Uint8Array): Uint8Array {
  return body[0] === 0x45 && body[1] === 0x78 ? body.subarray(6) : body;
}

function corrupt(problem: string): PictureFileError {
  return new PictureFileError('picture_corrupt', `This WebP file is damaged: ${problem}.`);
}
