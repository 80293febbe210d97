import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc.js';
import { defaultOptions } from '@jsquash/webp/meta.js';
import { UnderstudyError } from '../../../src/errors.ts';
import type { Picture } from '../../../src/pipeline/picture.ts';

/** Skin stays free of blocks, a strip of forty faces stays under a quarter of a megabyte. */
const QUALITY = 80;

/** @throws UnderstudyError `picture_not_encoded`. */
export async function encodeWebp({ rgba, width, height }: Picture): Promise<Uint8Array> {
  const file = createRequire(import.meta.url).resolve('@jsquash/webp/codec/enc/webp_enc.wasm');
  const module = await WebAssembly.compile(await readFile(file));
  // The module looks for its WASM by URL, which Node's fetch cannot read from disk.
  const encoder = await webpEncoder({
    noInitialRun: true,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
  const options = { ...defaultOptions, quality: QUALITY, method: 6 };
  const encoded = encoder.encode(Buffer.from(rgba), width, height, options);
  if (encoded) return encoded.slice();
  throw new UnderstudyError('picture_not_encoded', 'The strip could not be written as WebP.', {
    value: `${width}×${height}`,
  });
}
