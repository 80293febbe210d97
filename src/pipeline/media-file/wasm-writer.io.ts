import { closeSync, openSync, writeSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Milli } from '../../time.ts';
import { type Libav, openLibav } from '../decode/libav.io.ts';
import type { AvatarFrame } from '../picture.ts';
import { checkFrame } from '../transmit/video-encoder-settings.ts';
import {
  fillWasmFrame,
  openWasmEncoder,
  releaseWasmEncoder,
  setWasmFrameTime,
  type WasmEncoder,
} from '../transmit/wasm-encoder-context.io.ts';
import { FILE_CLOCK_HZ, FILE_ENCODER_OPTIONS, partialPath } from './file-encoding.ts';
import {
  MediaFileError,
  type MediaWriter,
  type MediaWriterOptions,
  SYNTHETIC_COMMENT,
} from './media-file.ts';
import { WasmAudioCopy } from './wasm-audio-copy.io.ts';

/** The name under which the WASM file system knows the file. */
const DEVICE = 'output.webm';
/** AVFMT_FLAG_BITEXACT (libavformat/avformat.h), which libav.js does not name. */
const BITEXACT = 0x400;

interface Output {
  readonly libav: Libav;
  readonly encoder: WasmEncoder;
  /** AVFormatContext and AVIOContext. */
  readonly muxer: { readonly format: number; readonly io: number } | undefined;
  readonly audio: WasmAudioCopy | undefined;
  readonly file: number | undefined;
}

/** Writes webm with VP8 by libvpx. */
export class WasmMediaWriter implements MediaWriter {
  readonly #path: string;
  readonly #options: MediaWriterOptions;
  #output: Output | undefined;
  /** Why the disk took no more. */
  #fault: unknown;

  /** @throws MediaFileError; EncodeError `encode_failed`. */
  static async open(path: string, options: MediaWriterOptions): Promise<WasmMediaWriter> {
    const writer = new WasmMediaWriter(path, options);
    try {
      await writer.#start();
      return writer;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  private constructor(path: string, options: MediaWriterOptions) {
    this.#path = path;
    this.#options = options;
  }

  async write(picture: AvatarFrame, at: Milli): Promise<void> {
    const { libav, encoder } = this.#open();
    const clock = FILE_CLOCK_HZ.webm;
    checkFrame({ ...this.#options, codec: 'vp8' }, picture);
    this.#check(libav.av_frame_make_writable_sync(encoder.frame));
    fillWasmFrame(libav, encoder.frame, picture);
    const duration = Math.round(clock / this.#options.fps);
    setWasmFrameTime(libav, encoder.frame, Math.round((at * clock) / 1000), duration);
    this.#check(libav.avcodec_send_frame_sync(encoder.context, encoder.frame));
    await this.#writePackets();
  }

  async finish(): Promise<void> {
    const { libav, encoder, audio, muxer } = this.#open();
    try {
      this.#check(libav.avcodec_send_frame_sync(encoder.context, 0));
      await this.#writePackets();
      await audio?.copyUntil(Number.POSITIVE_INFINITY);
      this.#check(await libav.av_write_trailer(muxer!.format));
      this.#release();
      await rename(partialPath(this.#path), this.#path);
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async abort(): Promise<void> {
    if (this.#output === undefined) return;
    this.#release();
    await rm(partialPath(this.#path), { force: true });
  }

  async #start(): Promise<void> {
    const libav = await openLibav();
    const encoder = openWasmEncoder(libav, {
      ...this.#options,
      settings: FILE_ENCODER_OPTIONS.webm,
    });
    const { audioFrom } = this.#options;
    const audio = audioFrom === undefined ? undefined : await WasmAudioCopy.open(libav, audioFrom);
    this.#output = { libav, encoder, muxer: undefined, audio, file: undefined };
    const file = this.#openPartial();
    this.#output = { ...this.#output, file };
    libav.onwrite = (_name, position, bytes) => {
      try {
        writeSync(file, bytes, 0, bytes.length, position);
      } catch (fault) {
        // It must not unwind through WASM; the next check brings it up.
        this.#fault ??= fault;
      }
    };
    const parameters = libav.avcodec_parameters_alloc_sync();
    this.#check(libav.avcodec_parameters_from_context_sync(parameters, encoder.context));
    const streams: [number, number, number][] = [[parameters, 1, FILE_CLOCK_HZ.webm]];
    if (audio !== undefined) streams.push([audio.codecpar, 1, FILE_CLOCK_HZ.webm]);
    const [format, , io] = await libav.ff_init_muxer(
      { format_name: 'webm', filename: DEVICE, open: true, device: true, codecpars: true },
      streams,
    );
    libav.avcodec_parameters_free_js_sync(parameters);
    audio?.attach(format);
    this.#output = { ...this.#output, muxer: { format, io } };
    const comment = libav.av_dict_set_js_sync(0, 'comment', SYNTHETIC_COMMENT, 0);
    libav.AVFormatContext_metadata_s_sync(format, comment);
    // No dates, versions or random identifiers: the same input makes the same file.
    libav.AVFormatContext_flags_s_sync(format, libav.AVFormatContext_flags_sync(format) | BITEXACT);
    const header = await libav.avformat_write_header(format, 0);
    if (header < 0) throw this.#refused(header);
  }

  async #writePackets(): Promise<void> {
    const { libav, encoder, muxer, audio } = this.#open();
    const { context, packet } = encoder;
    for (;;) {
      const received = libav.avcodec_receive_packet_sync(context, packet);
      if (received === -libav.EAGAIN || received === libav.AVERROR_EOF) return;
      this.#check(received);
      const low = libav.AVPacket_pts_sync(packet);
      const pts = libav.i64tof64(low, libav.AVPacket_ptshi_sync(packet));
      await audio?.copyUntil(pts / FILE_CLOCK_HZ.webm);
      libav.AVPacket_stream_index_s_sync(packet, 0);
      libav.AVPacket_duration_s_sync(packet, Math.round(FILE_CLOCK_HZ.webm / this.#options.fps));
      this.#check(await libav.av_interleaved_write_frame(muxer!.format, packet));
    }
  }

  #release(): void {
    const output = this.#output;
    this.#output = undefined;
    if (output === undefined) return;
    const { libav, muxer } = output;
    if (muxer !== undefined) libav.ff_free_muxer_sync(muxer.format, muxer.io);
    output.audio?.close();
    releaseWasmEncoder(libav, output.encoder);
    if (output.file !== undefined) closeSync(output.file);
  }

  #open(): Output {
    if (this.#output !== undefined) return this.#output;
    throw new MediaFileError('media_write_failed', `${this.#path} is closed.`);
  }

  #openPartial(): number {
    try {
      return openSync(partialPath(this.#path), 'w');
    } catch (cause) {
      throw this.#failed(cause);
    }
  }

  #check(result: number): void {
    if (this.#fault !== undefined) throw this.#failed(this.#fault);
    if (result < 0) throw this.#failed(this.#output?.libav.ff_error_sync(result) ?? result);
  }

  #failed(cause: unknown): MediaFileError {
    return new MediaFileError('media_write_failed', `${this.#path} cannot be written.`, {
      value: this.#path,
      cause,
    });
  }

  /** A muxer refuses its header only where it cannot hold one of the streams. */
  #refused(result: number): MediaFileError {
    const audio = this.#output?.audio?.codecName;
    return new MediaFileError(
      'media_unsupported',
      `A webm file cannot hold the source's ${audio} audio; leave the audio out.`,
      { value: audio, valid: ['opus', 'vorbis'], cause: result },
    );
  }
}
