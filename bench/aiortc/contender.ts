import type { Codecs } from '../../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec } from '../../src/pipeline/decode/video-decoder.ts';

const CONTENDERS = ['understudy', 'understudy, wasm', 'aiortc', 'aiortc, matched encoder'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** In the order in which they are compared. */
export const COMPARED_CODECS = ['vp8', 'h264'] as const satisfies readonly VideoCodec[];

/** The codecs of a list with commas between them. @throws RangeError where one is not compared. */
export function comparedCodecs(list: string): readonly VideoCodec[] {
  const names = list.split(',');
  const unknown = names.filter((name) => !COMPARED_CODECS.some((codec) => codec === name));
  if (unknown.length > 0) {
    const valid = COMPARED_CODECS.join(', ');
    throw new RangeError(`no codec to compare is called ${unknown.join(', ')}; there are ${valid}`);
  }
  return COMPARED_CODECS.filter((codec) => names.includes(codec));
}

/**
 * Who can be compared in a codec.
 * @param codecs those of this machine: the load client codes and decodes with them, too.
 */
export function contendersIn(
  codec: VideoCodec,
  codecs: Pick<Codecs, 'backend' | 'codecs'>,
): readonly Contender[] {
  if (!codecs.codecs.includes(codec)) return [];
  return CONTENDERS.filter((contender) => {
    if (contender === 'understudy') return codecs.backend === 'native';
    // There is no H.264 in WASM.
    return contender !== 'understudy, wasm' || codec === 'vp8';
  });
}
