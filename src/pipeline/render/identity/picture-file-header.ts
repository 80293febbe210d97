import type { Px } from '../../picture.ts';
import { PictureFileError } from './picture-file-error.ts';
import { parseJpegHeader } from './picture-file-jpeg.ts';
import { parsePngHeader } from './picture-file-png.ts';
import { parseWebpHeader } from './picture-file-webp.ts';

const PICTURE_FORMATS = ['jpeg', 'png', 'webp'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

/** What a picture file says of itself before a pixel is decoded. */
export interface PictureHeader {
  readonly format: PictureFormat;
  /** As stored: before the orientation tag is applied. */
  readonly width: Px;
  readonly height: Px;
  /** The Exif block, a TIFF structure (a view of the file's memory), where there is one. */
  readonly exif: Uint8Array | undefined;
}

/**
 * Tells the format by its magic number and walks the header, but decodes nothing.
 * @throws PictureFileError `picture_unsupported` (unknown format, or a variant no decoder here
 *   reads), `picture_corrupt` (the structure breaks off or makes no sense).
 */
export function parsePictureHeader(file: Uint8Array): PictureHeader {
  if (startsWith(file, [0xff, 0xd8])) return parseJpegHeader(file);
  if (startsWith(file, [0x89, 0x50, 0x4e, 0x47])) return parsePngHeader(file);
  if (startsWith(file, [0x52, 0x49, 0x46, 0x46]) && fourCc(file, 8) === 'WEBP') {
    return parseWebpHeader(file);
  }
  throw new PictureFileError(
    'picture_unsupported',
    'This file is not a picture of a kind that is read here; send a JPEG, PNG or WebP.',
    { value: Buffer.from(file.subarray(0, 12)).toString('hex'), valid: PICTURE_FORMATS },
  );
}

function startsWith(file: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => file[i] === byte);
}

function fourCc(file: Uint8Array, at: number): string {
  return String.fromCharCode(...file.subarray(at, at + 4));
}
