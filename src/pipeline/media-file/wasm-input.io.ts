import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type Libav, openLibav } from '../decode/libav.io.ts';
import { sniffContainer } from './container.io.ts';
import { MediaFileError } from './media-file.ts';

/** The name under which the WASM file system knows the file. */
const DEVICE = 'input';

interface WasmStream {
  readonly index: number;
  /** AVCodecParameters. */
  readonly codecpar: number;
  readonly codec: string;
  /** Seconds a tick. */
  readonly tick: number;
}

/** A file opened for reading by FFmpeg in WASM, read piece by piece from disk. */
export interface WasmInput {
  readonly libav: Libav;
  /** AVFormatContext. */
  readonly format: number;
  /** AVPacket, empty between calls. */
  readonly packet: number;
  readonly video: WasmStream | undefined;
  readonly audio: WasmStream | undefined;
  /** Where the file's clock starts, in seconds; taken off all times. */
  readonly start: number;
  close(): void;
}

/** @throws MediaFileError `media_not_found`, `media_unsupported`, `media_corrupt`. */
export async function openWasmInput(path: string, libav?: Libav): Promise<WasmInput> {
  if ((await sniffContainer(path)) !== 'webm') {
    throw new MediaFileError('media_unsupported', needsNative(`${path} is not a webm file`), {
      value: path,
      valid: ['webm', 'mkv'],
    });
  }
  const instance = libav ?? (await openLibav());
  const file = openSync(path, 'r');
  try {
    return await demux(instance, file, path);
  } catch (cause) {
    closeSync(file);
    throw cause;
  }
}

/** One packet of a file, copied out of WASM memory. Times are ticks of its stream. */
export interface WasmPacket {
  readonly stream: number;
  readonly data: Uint8Array;
  /** Not a number where the file does not say. */
  readonly pts: number;
  readonly duration: number;
  readonly keyframe: boolean;
}

/** @returns undefined at the end of the file, and where its rest is unreadable. */
export async function readWasmPacket({ libav, format, packet }: WasmInput) {
  if ((await libav.av_read_frame(format, packet)) < 0) return undefined;
  const read = libav.ff_copyout_packet_sync(packet);
  libav.av_packet_unref_sync(packet);
  const known = read.ptshi !== libav.AV_NOPTS_VALUE_HI || read.pts !== libav.AV_NOPTS_VALUE_LO;
  const copied: WasmPacket = {
    stream: read.stream_index!,
    data: read.data,
    pts: known ? libav.i64tof64(read.pts!, read.ptshi!) : Number.NaN,
    duration: libav.i64tof64(read.duration ?? 0, read.durationhi ?? 0),
    keyframe: (read.flags! & libav.AV_PKT_FLAG_KEY) !== 0,
  };
  return copied;
}

/** What to do where the WASM build lacks a demuxer or a codec. */
export function needsNative(problem: string): string {
  return `${problem}; it needs the native codecs: run npm install --include=optional.`;
}

async function demux(libav: Libav, file: number, path: string): Promise<WasmInput> {
  await libav.mkblockreaderdev(DEVICE, fstatSync(file).size);
  libav.onblockread = (name, position, length) => {
    const block = new Uint8Array(length);
    const read = readSync(file, block, 0, length, position);
    libav.ff_block_reader_dev_send_sync(name, position, block.subarray(0, read));
  };
  const [format, streams] = await libav.ff_init_demuxer_file(DEVICE).catch((cause: unknown) => {
    throw new MediaFileError(
      'media_corrupt',
      `${path} is damaged or cut short: it does not open.`,
      {
        value: path,
        cause,
      },
    );
  });
  const first = (type: number): WasmStream | undefined => {
    const stream = streams.find(({ codec_type }) => codec_type === type);
    if (stream === undefined) return undefined;
    return {
      index: stream.index,
      codecpar: stream.codecpar,
      codec: libav.avcodec_get_name_sync(stream.codec_id),
      tick: stream.time_base_num / stream.time_base_den,
    };
  };
  const start = libav.i64tof64(
    libav.AVFormatContext_start_time_sync(format),
    libav.AVFormatContext_start_timehi_sync(format),
  );
  const packet = libav.av_packet_alloc_sync();
  return {
    libav,
    format,
    packet,
    video: first(libav.AVMEDIA_TYPE_VIDEO),
    audio: first(libav.AVMEDIA_TYPE_AUDIO),
    start: Math.max(start / 1e6, 0),
    close() {
      libav.av_packet_free_js_sync(packet);
      libav.avformat_close_input_js_sync(format);
      closeSync(file);
    },
  };
}
