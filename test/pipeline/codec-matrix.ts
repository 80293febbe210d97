import { type Codecs, openCodecs } from '../../src/pipeline/decode/codecs.io.ts';
import { loadNodeAv } from '../../src/pipeline/decode/node-av.io.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';

/** Native codecs are optional: what concerns them alone is skipped where they are not installed. */
export const nativePresent = (await loadNodeAv()).state === 'present';

export const backends = nativePresent ? (['native', 'wasm'] as const) : (['wasm'] as const);

/** Every codec of every backend of this machine: the rows that a contract suite runs over. */
export const codecMatrix: readonly { name: string; codec: VideoCodec; codecs: Codecs }[] = (
  await Promise.all(backends.map((prefer) => openCodecs({ prefer })))
).flatMap((codecs) =>
  codecs.codecs.map((codec) => ({ name: `${codec} by ${codecs.backend}`, codec, codecs })),
);
