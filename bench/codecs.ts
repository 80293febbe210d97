import { type Codecs, openCodecs } from '../src/pipeline/decode/codecs.io.ts';
import type { VideoCodec } from '../src/pipeline/decode/video-decoder.ts';
import { quantile } from '../src/pipeline/quantile.ts';
import type { Milli } from '../src/time.ts';
import { movingPicture, psnr } from '../test/pipeline/moving-picture.ts';

/** Frames measured for each row, after the first ones, in which code and rate control settle. */
const FRAMES = 90;
const WARM_UP = 30;
const FPS = 30;

const SIZES = [
  { width: 256, height: 256, bitrate: 400_000 },
  { width: 512, height: 512, bitrate: 1_200_000 },
  { width: 1280, height: 720, bitrate: 2_500_000 },
] as const;

export interface CodecRow {
  readonly backend: string;
  readonly codec: VideoCodec;
  readonly size: string;
  readonly encodeP50: Milli;
  readonly encodeP95: Milli;
  readonly decodeP50: Milli;
  readonly decodeP95: Milli;
  readonly kbps: number;
  readonly psnr: number;
}

/** Milliseconds a frame of every codec of every backend that is installed. */
export async function benchCodecs(): Promise<CodecRow[]> {
  const rows: CodecRow[] = [];
  const automatic = await openCodecs({ prefer: 'auto' });
  const all =
    automatic.backend === 'native'
      ? [automatic, await openCodecs({ prefer: 'wasm' })]
      : [automatic];
  for (const codecs of all) {
    for (const codec of codecs.codecs) {
      for (const size of SIZES) rows.push(await benchCodec(codecs, codec, size));
    }
  }
  return rows;
}

async function benchCodec(
  codecs: Codecs,
  codec: VideoCodec,
  { width, height, bitrate }: (typeof SIZES)[number],
): Promise<CodecRow> {
  const encoder = await codecs.createEncoder({ codec, width, height, fps: FPS, bitrate });
  const decoder = await codecs.createDecoder(codec);
  const encodes: Milli[] = [];
  const decodes: Milli[] = [];
  const qualities: number[] = [];
  let bytes = 0;
  for (let i = 0; i < WARM_UP + FRAMES; i++) {
    const picture = movingPicture(width, height, i);
    const start = performance.now();
    const coded = await encoder.encode(picture, (i * 1000) / FPS, { keyframe: false });
    const between = performance.now();
    const seen = await decoder.decode(coded.data);
    if (i < WARM_UP) continue;
    encodes.push(between - start);
    decodes.push(performance.now() - between);
    qualities.push(psnr(picture, seen!));
    bytes += coded.data.length;
  }
  encoder.close();
  decoder.close();
  return {
    backend: codecs.backend,
    codec,
    size: `${width}x${height}`,
    encodeP50: rounded(quantile(encodes, 0.5)),
    encodeP95: rounded(quantile(encodes, 0.95)),
    decodeP50: rounded(quantile(decodes, 0.5)),
    decodeP95: rounded(quantile(decodes, 0.95)),
    kbps: Math.round((bytes * 8 * FPS) / FRAMES / 1000),
    psnr: rounded(quantile(qualities, 0.5)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

if (import.meta.main) console.table(await benchCodecs());
