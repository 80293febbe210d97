import { open } from 'node:fs/promises';
import { MediaFileError } from './media-file.ts';

/** mp4 covers the whole ISO family (mov, m4v), webm all of Matroska. */
export type MediaContainer = 'mp4' | 'webm';

/** Box types that an ISO media file may begin with (ISO/IEC 14496-12 §4.2 and QuickTime). */
const FIRST_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp']);
/** The identifier of EBML's header (RFC 8794 §11.2.1). */
const EBML_MAGIC = 0x1a45dfa3;

/**
 * Tells a file's container by its first bytes, whatever its name.
 * @throws MediaFileError `media_not_found`, `media_unsupported`, `media_corrupt` (empty).
 */
export async function sniffContainer(path: string): Promise<MediaContainer> {
  const head = await readHead(path);
  if (head.length === 0) {
    throw new MediaFileError('media_corrupt', `${path} is empty.`, { value: path });
  }
  if (head.length >= 8) {
    if (head.readUInt32BE(0) === EBML_MAGIC) return 'webm';
    if (FIRST_BOXES.has(head.toString('latin1', 4, 8))) return 'mp4';
  }
  throw new MediaFileError('media_unsupported', `${path} is not an mp4, mov, webm or mkv file.`, {
    value: head.toString('hex'),
    valid: ['mp4', 'mov', 'webm', 'mkv'],
  });
}

async function readHead(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(12) });
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new MediaFileError('media_not_found', `${path} cannot be read.`, { value: path, cause });
  }
}
