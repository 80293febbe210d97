import { extname } from 'node:path';
import type { Codecs } from '../decode/codecs.io.ts';
import { loadNodeAv } from '../decode/node-av.io.ts';
import type { MediaContainer } from './container.io.ts';
import {
  MediaFileError,
  type MediaReader,
  type MediaWriter,
  type MediaWriterOptions,
} from './media-file.ts';
import { NativeMediaReader } from './native-reader.io.ts';
import { NativeMediaWriter } from './native-writer.io.ts';
import { needsNative } from './wasm-input.io.ts';
import { WasmMediaReader } from './wasm-reader.io.ts';
import { WasmMediaWriter } from './wasm-writer.io.ts';

/** What the name of an output file may end with, and what is then written. */
const OUTPUTS: Readonly<Record<string, MediaContainer>> = Object.freeze({
  '.mp4': 'mp4',
  '.m4v': 'mp4',
  '.webm': 'webm',
});

/**
 * Opens a video file: with native codecs any mp4, mov, webm or mkv, else VP8 in webm or mkv.
 * The caller closes the reader.
 * @throws MediaFileError `media_not_found`, `media_unsupported`, `media_corrupt`,
 *   `media_no_video`, `media_too_large`.
 */
export async function openMediaFile(
  path: string,
  { backend }: Pick<Codecs, 'backend'>,
): Promise<MediaReader> {
  const native = backend === 'native' ? await loadNodeAv() : undefined;
  if (native?.state === 'present') return NativeMediaReader.open(native.av, path);
  return WasmMediaReader.open(path);
}

/**
 * Begins a video file, replaced whole when finished: `.mp4` (H.264, native codecs only) or
 * `.webm` (VP8). The caller ends it with `finish` or `abort`.
 * @throws MediaFileError `media_unsupported`, `media_write_failed`, and what reading `audioFrom`
 *   may throw; EncodeError `encode_failed` on a size that cannot be encoded.
 */
export async function createMediaFile(
  path: string,
  options: MediaWriterOptions,
  { backend }: Pick<Codecs, 'backend'>,
): Promise<MediaWriter> {
  const container = OUTPUTS[extname(path).toLowerCase()];
  if (container === undefined) {
    throw new MediaFileError('media_unsupported', `${path} is neither an .mp4 nor a .webm file.`, {
      value: extname(path),
      valid: Object.keys(OUTPUTS),
    });
  }
  const native = backend === 'native' ? await loadNodeAv() : undefined;
  if (native?.state === 'present')
    return NativeMediaWriter.open(native.av, path, container, options);
  if (container === 'webm') return WasmMediaWriter.open(path, options);
  throw new MediaFileError('media_unsupported', needsNative(`${path} would hold H.264`), {
    value: container,
    valid: ['.webm'],
  });
}
