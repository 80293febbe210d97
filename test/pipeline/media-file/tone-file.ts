import { writeFile } from 'node:fs/promises';
import { openLibav } from '../../../src/pipeline/decode/libav.io.ts';

const SAMPLE_RATE = 48_000;
/** Opus's usual 20 ms. */
const FRAME_SAMPLES = 960;

/** Writes a webm file that holds nothing but a 440 Hz tone in Opus, made by the WASM codecs. */
export async function writeToneFile(path: string, seconds: number): Promise<void> {
  const libav = await openLibav();
  const [, context, frame, packet] = await libav.ff_init_encoder('libopus', {
    ctx: {
      bit_rate: 64_000,
      sample_fmt: libav.AV_SAMPLE_FMT_FLT,
      sample_rate: SAMPLE_RATE,
      channel_layout: 4,
      channels: 1,
    },
    time_base: [1, SAMPLE_RATE],
  });
  const frames = Array.from({ length: (seconds * SAMPLE_RATE) / FRAME_SAMPLES }, (_, index) => ({
    data: Float32Array.from(
      { length: FRAME_SAMPLES },
      (_, sample) =>
        0.3 * Math.sin((2 * Math.PI * 440 * (index * FRAME_SAMPLES + sample)) / SAMPLE_RATE),
    ),
    format: libav.AV_SAMPLE_FMT_FLT,
    channel_layout: 4,
    channels: 1,
    nb_samples: FRAME_SAMPLES,
    sample_rate: SAMPLE_RATE,
    pts: index * FRAME_SAMPLES,
    ptshi: 0,
  }));
  const packets = await libav.ff_encode_multi(context, frame, packet, frames, true);
  const [muxer, , io] = await libav.ff_init_muxer(
    { format_name: 'webm', filename: 'tone.webm', open: true },
    [[context, 1, SAMPLE_RATE]],
  );
  await libav.avformat_write_header(muxer, 0);
  await libav.ff_write_multi(muxer, packet, packets);
  await libav.av_write_trailer(muxer);
  await libav.ff_free_muxer(muxer, io);
  await writeFile(path, libav.readFile_sync('tone.webm'));
}
