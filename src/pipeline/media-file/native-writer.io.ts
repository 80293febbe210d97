import { rename, rm } from 'node:fs/promises';
import type { FormatContext, Stream } from 'node-av/lib';
import type { Milli } from '../../time.ts';
import type { NodeAv } from '../decode/node-av.io.ts';
import type { AvatarFrame } from '../picture.ts';
import {
  fillNativeFrame,
  type NativeEncoder,
  openNativeEncoder,
  setNativeOptions,
} from '../transmit/native-encoder-context.io.ts';
import { checkFrame } from '../transmit/video-encoder-settings.ts';
import type { MediaContainer } from './container.io.ts';
import { FILE_CLOCK_HZ, FILE_CODEC, FILE_ENCODER_OPTIONS, partialPath } from './file-encoding.ts';
import {
  MediaFileError,
  type MediaWriter,
  type MediaWriterOptions,
  SYNTHETIC_COMMENT,
} from './media-file.ts';
import { NativeAudioCopy } from './native-audio-copy.io.ts';

interface Output extends NativeEncoder {
  readonly format: FormatContext;
  readonly stream: Stream;
  readonly audio: NativeAudioCopy | undefined;
}

/** Writes mp4 with H.264 by x264, or webm with VP8 by libvpx. */
export class NativeMediaWriter implements MediaWriter {
  readonly #av: NodeAv;
  readonly #path: string;
  readonly #container: MediaContainer;
  readonly #options: MediaWriterOptions;
  #output: Output | undefined;

  /** @throws MediaFileError; EncodeError `encode_failed`. */
  static async open(
    av: NodeAv,
    path: string,
    container: MediaContainer,
    options: MediaWriterOptions,
  ): Promise<NativeMediaWriter> {
    const writer = new NativeMediaWriter(av, path, container, options);
    try {
      await writer.#start();
      return writer;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  private constructor(
    av: NodeAv,
    path: string,
    container: MediaContainer,
    options: MediaWriterOptions,
  ) {
    this.#av = av;
    this.#path = path;
    this.#container = container;
    this.#options = options;
  }

  async write(picture: AvatarFrame, at: Milli): Promise<void> {
    const output = this.#open();
    const { context, frame } = output;
    const clock = FILE_CLOCK_HZ[this.#container];
    checkFrame({ ...this.#options, codec: FILE_CODEC[this.#container] }, picture);
    this.#check(fillNativeFrame(output, picture));
    frame.pts = BigInt(Math.round((at * clock) / 1000));
    frame.duration = BigInt(Math.round(clock / this.#options.fps));
    this.#check(context.sendFrameSync(frame));
    this.#writePackets();
  }

  async finish(): Promise<void> {
    const { context, audio, format } = this.#open();
    try {
      this.#check(context.sendFrameSync(null));
      this.#writePackets();
      this.#check(audio?.copyUntil(Number.POSITIVE_INFINITY) ?? 0);
      this.#check(format.writeTrailerSync());
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
    const av = this.#av;
    const container = this.#container;
    const format = new av.FormatContext();
    this.#check(format.allocOutputContext2(null, container, `file:${partialPath(this.#path)}`));
    const encoder = openNativeEncoder(av, {
      codec: FILE_CODEC[container],
      ...this.#options,
      settings: FILE_ENCODER_OPTIONS[container],
    });
    const stream = format.newStream();
    const { audioFrom } = this.#options;
    // The encoder is owned from here on, whatever opening the audio's file does.
    this.#output = { format, stream, ...encoder, audio: undefined };
    if (audioFrom !== undefined) {
      this.#output = { ...this.#output, audio: await NativeAudioCopy.open(av, audioFrom, format) };
    }
    stream.timeBase = new av.Rational(1, FILE_CLOCK_HZ[container]);
    stream.codecpar.fromContext(encoder.context);
    stream.avgFrameRate = encoder.context.framerate;
    format.metadata = av.Dictionary.fromObject({ comment: SYNTHETIC_COMMENT });
    // No dates, versions or random identifiers: the same input makes the same file.
    format.setFlags(av.AVFMT_FLAG_BITEXACT);
    if (container === 'mp4') setNativeOptions(format, av, { movflags: '+faststart' });
    this.#check(format.openOutputSync());
    const header = format.writeHeaderSync(null);
    if (header < 0) throw this.#refused(header);
  }

  #writePackets(): void {
    const av = this.#av;
    const { context, packet, stream, format, audio } = this.#open();
    for (;;) {
      const received = context.receivePacketSync(packet);
      if (received === av.AVERROR_EAGAIN || received === av.AVERROR_EOF) return;
      this.#check(received);
      const { num, den } = context.timeBase;
      this.#check(audio?.copyUntil((Number(packet.dts) * num) / den) ?? 0);
      packet.streamIndex = stream.index;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      this.#check(format.interleavedWriteFrameSync(packet));
    }
  }

  #release(): void {
    const output = this.#output;
    this.#output = undefined;
    if (output === undefined) return;
    output.audio?.close();
    output.packet.free();
    output.frame.free();
    output.context.freeContext();
    output.format.closeOutputSync();
    output.format.freeContext();
  }

  #open(): Output {
    if (this.#output !== undefined) return this.#output;
    throw new MediaFileError('media_write_failed', `${this.#path} is closed.`);
  }

  #check(result: number): void {
    if (result >= 0) return;
    throw new MediaFileError('media_write_failed', `${this.#path} cannot be written.`, {
      value: this.#path,
      cause: this.#av.FFmpegError.fromCode(result) ?? result,
    });
  }

  /** A muxer refuses its header only where it cannot hold one of the streams. */
  #refused(result: number): MediaFileError {
    const audio = this.#output?.audio?.codecName;
    return new MediaFileError(
      'media_unsupported',
      audio === undefined
        ? `${this.#path} cannot be written as ${this.#container}.`
        : `A ${this.#container} file cannot hold the source's ${audio} audio; write an mp4, or leave the audio out.`,
      { value: audio, cause: this.#av.FFmpegError.fromCode(result) ?? result },
    );
  }
}
