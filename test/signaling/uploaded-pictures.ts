import type { UploadedPicture } from '../../src/signaling/identity-catalogue.ts';

/** Files as an upload brings them: one after another, each in pieces. */
export async function* uploadedPictures(
  files: readonly Uint8Array[],
  pieceBytes = 65_536,
): AsyncGenerator<UploadedPicture> {
  for (const file of files) yield pieces(file, pieceBytes);
}

/** Reads an upload to its end. */
export async function readPictures(pictures: AsyncIterable<UploadedPicture>): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for await (const picture of pictures) {
    const pieces: Uint8Array[] = [];
    for await (const piece of picture) pieces.push(piece);
    files.push(Buffer.concat(pieces));
  }
  return files;
}

async function* pieces(file: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += bytes) yield file.subarray(at, at + bytes);
}
