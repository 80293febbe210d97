import { PictureFileError } from './picture-file-error.ts';
import type { PictureHeader } from './picture-file-header.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length, type and checksum around a chunk's body (PNG §5.3). */
const CHUNK_OVERHEAD = 12;
const IHDR_LENGTH = 13;

/** @throws PictureFileError. Checks too that the chunks reach the end chunk without a gap. */
export function parsePngHeader(file: Uint8Array): PictureHeader {
  if (!SIGNATURE.every((byte, i) => file[i] === byte)) throw corrupt('the signature is broken');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let size: { width: number; height: number } | undefined;
  let exif: Uint8Array | undefined;
  let at = SIGNATURE.length;
  while (at + CHUNK_OVERHEAD <= file.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (at + CHUNK_OVERHEAD + length > file.length) throw corrupt('it breaks off before its end');
    if (size === undefined) {
      if (type !== 'IHDR' || length !== IHDR_LENGTH) throw corrupt('the size is missing');
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
      if (size.width === 0 || size.height === 0) throw corrupt('the picture is empty');
    }
    if (type === 'eXIf') exif = file.subarray(at + 8, at + 8 + length);
    if (type === 'IEND') return { format: 'png', ...size, exif };
    at += CHUNK_OVERHEAD + length;
  }
  throw corrupt('it breaks off before its end');
}

function corrupt(problem: string): PictureFileError {
  return new PictureFileError('picture_corrupt', `This PNG file is damaged: ${problem}.`);
}
