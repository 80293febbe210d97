import type { AVPixelFormat } from 'node-av/constants';
import type { CodecContext, Frame, Packet } from 'node-av/lib';
import type { CameraFrame, Px } from '../picture.ts';
import { BitstreamGuard } from './bitstream-guard.ts';
import { cameraFrameFromPlanes } from './camera-frame.ts';
import { DecodeError } from './decode-error.ts';
import type { NodeAv } from './node-av.io.ts';
import { MAX_DECODED_PIXELS, type VideoCodec, type VideoDecoder } from './video-decoder.ts';

interface Native {
  readonly context: CodecContext;
  readonly packet: Packet;
  readonly frame: Frame;
}

/** A native frame with rows that are not padded, and its planes as JS sees them. */
interface Staging {
  readonly frame: Frame;
  readonly width: Px;
  readonly height: Px;
  readonly format: AVPixelFormat;
  readonly planes: readonly Uint8Array[];
  readonly strides: readonly number[];
}

/** Rows begin where the one before ends. */
const UNALIGNED = 1;

/** FFmpeg's VP8 or H.264 decoder. Decodes on the calling thread: meant for a pipeline worker. */
export class NativeVideoDecoder implements VideoDecoder {
  readonly codec: VideoCodec;
  readonly backend = 'native';
  readonly #av: NodeAv;
  readonly #guard: BitstreamGuard;
  #native: Native | undefined;
  /**
   * Pictures pass through here. Views of each decoded frame's own memory would count as so much memory of
   * the engine's until they are collected, and have it collect everything three times a second.
   */
  #staging: Staging | undefined;

  constructor(av: NodeAv, codec: VideoCodec) {
    this.#av = av;
    this.codec = codec;
    this.#guard = new BitstreamGuard(codec);
    this.#native = open(av, codec);
  }

  async decode(data: Uint8Array, spare?: CameraFrame): Promise<CameraFrame | undefined> {
    if (this.#native === undefined) throw new DecodeError('decode_closed', this.codec, 'is closed');
    const { restart } = this.#guard.admit(data);
    // Flushing is not enough: after damage FFmpeg's H.264 decoder gets the next IDR wrong.
    if (restart) this.#reopen();
    const { context, packet, frame } = this.#native;
    try {
      packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      this.#check(context.sendPacketSync(packet));
      const received = context.receiveFrameSync(frame);
      if (received === this.#av.AVERROR_EAGAIN) return undefined;
      this.#check(received);
      return this.#copyOut(frame, spare);
    } catch (error) {
      this.#guard.lose();
      throw error;
    } finally {
      frame.unref();
      packet.unref();
    }
  }

  close(): void {
    if (this.#native !== undefined) release(this.#native);
    this.#native = undefined;
    this.#staging?.frame.free();
    this.#staging = undefined;
  }

  #reopen(): void {
    const reopened = open(this.#av, this.codec);
    if (this.#native !== undefined) release(this.#native);
    this.#native = reopened;
  }

  #check(result: number): void {
    if (result >= 0) return;
    throw new DecodeError('decode_corrupt', this.codec, 'the frame does not decode', {
      cause: this.#av.FFmpegError.fromCode(result) ?? result,
    });
  }

  #copyOut(frame: Frame, spare: CameraFrame | undefined): CameraFrame {
    const { av, codec } = { av: this.#av, codec: this.codec };
    if (frame.decodeErrorFlags !== 0 || frame.hasFlags(av.AV_FRAME_FLAG_CORRUPT)) {
      throw new DecodeError(
        'decode_corrupt',
        codec,
        'the decoder had to invent part of the picture',
      );
    }
    const jpegRange = frame.format === av.AV_PIX_FMT_YUVJ420P;
    if (frame.format !== av.AV_PIX_FMT_YUV420P && !jpegRange) {
      throw new DecodeError('decode_corrupt', codec, 'this sample layout is not decoded', {
        value: frame.format,
        valid: '4:2:0, 8 bit',
      });
    }
    const staging = this.#staged(frame);
    const fullRange = jpegRange || frame.colorRange === av.AVCOL_RANGE_JPEG;
    return cameraFrameFromPlanes({ ...staging, fullRange }, spare);
  }

  #staged(frame: Frame): Staging {
    const { width, height } = frame;
    const format = frame.format as AVPixelFormat;
    let staging = this.#staging;
    if (staging?.width !== width || staging.height !== height || staging.format !== format) {
      staging?.frame.free();
      this.#staging = undefined;
      staging = this.#staging = stage(this.#av, { width, height, format });
    }
    this.#check(staging.frame.copy(frame));
    return staging;
  }
}

function stage(av: NodeAv, size: Pick<Staging, 'width' | 'height' | 'format'>): Staging {
  const frame = new av.Frame();
  frame.alloc();
  Object.assign(frame, size);
  frame.getBuffer(UNALIGNED);
  return { frame, ...size, planes: frame.data!, strides: frame.linesize };
}

function release({ context, packet, frame }: Native): void {
  frame.free();
  packet.free();
  context.freeContext();
}

function open(av: NodeAv, codec: VideoCodec): Native {
  const decoder = av.Codec.findDecoder(codec === 'vp8' ? av.AV_CODEC_ID_VP8 : av.AV_CODEC_ID_H264);
  if (decoder === null)
    throw new DecodeError('decode_closed', codec, 'FFmpeg was built without it');
  const context = new av.CodecContext();
  context.allocContext3(decoder);
  // Frame threads would hold pictures back; one slice thread a stream leaves cores to others.
  context.threadCount = 1;
  context.setFlags(av.AV_CODEC_FLAG_LOW_DELAY);
  context.setOption('max_pixels', BigInt(MAX_DECODED_PIXELS), av.AV_OPT_TYPE_INT64);
  const opened = context.open2Sync(decoder, null);
  if (opened < 0) {
    context.freeContext();
    throw new DecodeError('decode_closed', codec, 'the decoder does not open', {
      cause: av.FFmpegError.fromCode(opened),
    });
  }
  const packet = new av.Packet();
  packet.alloc();
  const frame = new av.Frame();
  frame.alloc();
  return { context, packet, frame };
}
