import type { CodecContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';
import { cameraFrameFromPlanes } from '../decode/camera-frame.ts';
import type { NodeAv } from '../decode/node-av.io.ts';
import type { CameraFrame } from '../picture.ts';
import { displayRotation } from './display-rotation.ts';
import {
  MAX_MEDIA_PIXELS,
  MediaFileError,
  type MediaFrame,
  type MediaInfo,
  type MediaReader,
} from './media-file.ts';
import { type NativeInput, openNativeInput } from './native-input.io.ts';

/** Where a file names no rate at all, as Matroska may; only its progress display needs one. */
const ASSUMED_FPS = 30;

/** Reads any codec that FFmpeg decodes, converted to what a {@link CameraFrame} holds. */
export class NativeMediaReader implements MediaReader {
  readonly info: MediaInfo;
  readonly #av: NodeAv;
  readonly #path: string;
  #native: Native | undefined;
  #damaged = 0;

  /** @throws MediaFileError. */
  static async open(av: NodeAv, path: string): Promise<NativeMediaReader> {
    const input = await openNativeInput(av, path);
    try {
      return new NativeMediaReader(av, path, input);
    } catch (error) {
      input.format.closeInputSync();
      throw error;
    }
  }

  private constructor(av: NodeAv, path: string, input: NativeInput) {
    this.#av = av;
    this.#path = path;
    this.#native = openDecoder(av, path, input);
    this.info = describe(av, input, this.#native.codecName);
  }

  get damaged(): number {
    return this.#damaged;
  }

  async *frames(): AsyncGenerator<MediaFrame> {
    let last = Number.NEGATIVE_INFINITY;
    for (const frame of this.#decoded()) {
      const at = this.#timeOf(frame);
      // A repeated or missing time cannot be shown, hence not be rendered.
      if (!(at > last)) {
        this.#damaged++;
        continue;
      }
      last = at;
      yield { frame: this.#copyOut(frame), at };
    }
    if (last === Number.NEGATIVE_INFINITY) {
      throw new MediaFileError('media_corrupt', `${this.#path} is damaged: no frame decodes.`, {
        value: this.#path,
      });
    }
  }

  close(): void {
    const native = this.#native;
    this.#native = undefined;
    if (native === undefined) return;
    native.converter?.freeContext();
    native.converted.free();
    native.frame.free();
    native.packet.free();
    native.context.freeContext();
    native.input.format.closeInputSync();
  }

  /** The decoder's own frame, valid until the next step. */
  *#decoded(): Generator<Frame> {
    for (;;) {
      const native = this.#open();
      const { context, packet, input } = native;
      const read = input.format.readFrameSync(packet);
      const ended = read < 0;
      if (!ended && packet.streamIndex !== input.video!.index) {
        packet.unref();
        continue;
      }
      const sent = context.sendPacketSync(ended ? null : packet);
      packet.unref();
      if (sent < 0 && !ended) this.#damaged++;
      yield* this.#received();
      if (ended) return;
    }
  }

  *#received(): Generator<Frame> {
    const av = this.#av;
    for (;;) {
      const { context, frame } = this.#open();
      const received = context.receiveFrameSync(frame);
      if (received === av.AVERROR_EAGAIN || received === av.AVERROR_EOF) return;
      if (received < 0) {
        this.#damaged++;
        return;
      }
      yield frame;
      frame.unref();
    }
  }

  #open(): Native {
    if (this.#native !== undefined) return this.#native;
    throw new MediaFileError('media_corrupt', `${this.#path} was closed while being read.`);
  }

  #timeOf(frame: Frame): number {
    const { input } = this.#open();
    const ticks = frame.bestEffortTimestamp;
    if (ticks === this.#av.AV_NOPTS_VALUE) return Number.NaN;
    const { num, den } = input.video!.timeBase;
    return ((Number(ticks) * num) / den - input.start) * 1000;
  }

  #copyOut(frame: Frame): CameraFrame {
    const plain = this.#toPlain(frame);
    return {
      ...cameraFrameFromPlanes({
        width: plain.width,
        height: plain.height,
        planes: plain.data!,
        strides: plain.linesize,
        fullRange:
          plain.format === this.#av.AV_PIX_FMT_YUVJ420P ||
          plain.colorRange === this.#av.AVCOL_RANGE_JPEG,
      }),
      rotation: this.info.rotation,
    };
  }

  /** Other sample layouts and colour matrices become 8-bit 4:2:0 in BT.601, limited range. */
  #toPlain(frame: Frame): Frame {
    const av = this.#av;
    const native = this.#open();
    const planar =
      frame.format === av.AV_PIX_FMT_YUV420P || frame.format === av.AV_PIX_FMT_YUVJ420P;
    if (planar && frame.colorSpace !== av.AVCOL_SPC_BT709) return frame;
    native.converter ??= openConverter(av);
    const { converter, converted } = native;
    converted.unref();
    converted.format = av.AV_PIX_FMT_YUV420P;
    converted.width = frame.width;
    converted.height = frame.height;
    converted.colorSpace = av.AVCOL_SPC_SMPTE170M;
    converted.colorRange = av.AVCOL_RANGE_MPEG;
    const scaled = converter.scaleFrameSync(converted, frame);
    if (scaled < 0) {
      throw new MediaFileError(
        'media_unsupported',
        `${this.#path} has a picture layout that is not read.`,
        {
          value: frame.format,
          cause: av.FFmpegError.fromCode(scaled),
        },
      );
    }
    return converted;
  }
}

interface Native {
  readonly input: NativeInput;
  readonly codecName: string;
  readonly context: CodecContext;
  readonly packet: Packet;
  readonly frame: Frame;
  readonly converted: Frame;
  converter: SoftwareScaleContext | undefined;
}

function openConverter(av: NodeAv): SoftwareScaleContext {
  const converter = new av.SoftwareScaleContext();
  converter.allocContext();
  return converter;
}

function openDecoder(av: NodeAv, path: string, input: NativeInput): Native {
  const parameters = input.video?.codecpar;
  if (parameters === undefined) {
    throw new MediaFileError('media_no_video', `${path} has no video in it.`, { value: path });
  }
  const { width, height } = parameters;
  if (width * height > MAX_MEDIA_PIXELS) {
    throw new MediaFileError('media_too_large', `${path} has ${width}x${height} pixels a frame.`, {
      value: { width, height },
      valid: `at most ${MAX_MEDIA_PIXELS} pixels`,
    });
  }
  const decoder = av.Codec.findDecoder(parameters.codecId);
  if (decoder === null || !(width > 0 && height > 0)) {
    throw new MediaFileError('media_unsupported', `${path} has a video codec that is not read.`, {
      value: parameters.codecId,
    });
  }
  const context = new av.CodecContext();
  context.allocContext3(decoder);
  context.parametersToContext(parameters);
  context.pktTimebase = input.video!.timeBase;
  context.threadCount = 1;
  context.setOption('max_pixels', BigInt(MAX_MEDIA_PIXELS), av.AV_OPT_TYPE_INT64);
  const opened = context.open2Sync(decoder, null);
  if (opened < 0) {
    context.freeContext();
    throw new MediaFileError('media_corrupt', `${path} is damaged: its decoder does not open.`, {
      value: path,
      cause: av.FFmpegError.fromCode(opened),
    });
  }
  const packet = new av.Packet();
  packet.alloc();
  const [frame, converted] = [new av.Frame(), new av.Frame()];
  frame.alloc();
  converted.alloc();
  const codecName = decoder.name ?? 'unknown';
  return { input, codecName, context, packet, frame, converted, converter: undefined };
}

function describe(av: NodeAv, input: NativeInput, codec: string): MediaInfo {
  const video = input.video!;
  const { width, height } = video.codecpar;
  const rates = [video.avgFrameRate, video.rFrameRate].filter(
    (rate) => rate.num > 0 && rate.den > 0,
  );
  const fps = rates[0]?.toDouble() ?? ASSUMED_FPS;
  const known = input.format.duration;
  const duration = known === av.AV_NOPTS_VALUE ? 0 : Number(known) / 1000;
  const matrix = video.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX);
  return {
    width,
    height,
    rotation: matrix === null ? 0 : displayRotation(matrix),
    fps,
    duration,
    frames: Number(video.nbFrames) || Math.round((duration * fps) / 1000),
    codec,
    audio: input.audio !== undefined,
  };
}
