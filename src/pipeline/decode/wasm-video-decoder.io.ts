import type { CameraFrame } from '../picture.ts';
import { BitstreamGuard } from './bitstream-guard.ts';
import { cameraFrameFromPlanes } from './camera-frame.ts';
import { DecodeError } from './decode-error.ts';
import { type Libav, libavMemory } from './libav.io.ts';
import { MAX_DECODED_PIXELS, type VideoDecoder } from './video-decoder.ts';

/** Pointers into WASM memory. */
interface Native {
  readonly context: number;
  readonly packet: number;
  readonly frame: number;
}

/** libvpx's VP8 decoder in WASM. Decodes on the calling thread: meant for a pipeline worker. */
export class WasmVideoDecoder implements VideoDecoder {
  readonly codec = 'vp8';
  readonly backend = 'wasm';
  readonly #libav: Libav;
  readonly #guard = new BitstreamGuard('vp8');
  #native: Native | undefined;

  constructor(libav: Libav) {
    this.#libav = libav;
    this.#native = open(libav);
  }

  async decode(data: Uint8Array, spare?: CameraFrame): Promise<CameraFrame | undefined> {
    if (this.#native === undefined) throw new DecodeError('decode_closed', 'vp8', 'is closed');
    const { restart } = this.#guard.admit(data);
    if (restart) this.#reopen();
    const libav = this.#libav;
    const native = this.#native;
    try {
      libav.ff_copyin_packet_sync(native.packet, { data, pts: 0, ptshi: 0, dts: 0, dtshi: 0 });
      check(libav, libav.avcodec_send_packet_sync(native.context, native.packet));
      const received = libav.avcodec_receive_frame_sync(native.context, native.frame);
      if (received === -libav.EAGAIN) return undefined;
      check(libav, received);
      return copyOut(libav, native.frame, spare);
    } catch (error) {
      this.#guard.lose();
      throw asDecodeError(error);
    } finally {
      libav.av_packet_unref_sync(native.packet);
      libav.av_frame_unref_sync(native.frame);
    }
  }

  close(): void {
    if (this.#native === undefined) return;
    release(this.#libav, this.#native);
    this.#native = undefined;
  }

  /** A trap may have left the old decoder half way through a frame. */
  #reopen(): void {
    const reopened = open(this.#libav);
    if (this.#native !== undefined) release(this.#libav, this.#native);
    this.#native = reopened;
  }
}

function release(libav: Libav, { context, packet, frame }: Native): void {
  libav.ff_free_decoder_sync(context, packet, frame);
}

function open(libav: Libav): Native {
  const decoder = libav.avcodec_find_decoder_by_name_sync('libvpx');
  const context = libav.avcodec_alloc_context3_sync(decoder);
  libav.av_opt_set_sync(context, 'max_pixels', String(MAX_DECODED_PIXELS), 0);
  check(libav, libav.avcodec_open2_sync(context, decoder, 0));
  return { context, packet: libav.av_packet_alloc_sync(), frame: libav.av_frame_alloc_sync() };
}

function check(libav: Libav, result: number): void {
  if (result >= 0) return;
  throw new DecodeError('decode_corrupt', 'vp8', 'the frame does not decode', {
    cause: libav.ff_error_sync(result),
  });
}

/** A WASM trap is an ordinary JS error; outside it reads as any other corrupt frame. */
function asDecodeError(error: unknown): DecodeError {
  if (error instanceof DecodeError) return error;
  return new DecodeError('decode_corrupt', 'vp8', 'the frame broke the decoder', { cause: error });
}

function copyOut(libav: Libav, frame: number, spare: CameraFrame | undefined): CameraFrame {
  const memory = libavMemory(libav);
  const at = (plane: number) => memory.subarray(libav.AVFrame_data_a_sync(frame, plane));
  const stride = (plane: number) => libav.AVFrame_linesize_a_sync(frame, plane);
  const planes = {
    width: libav.AVFrame_width_sync(frame),
    height: libav.AVFrame_height_sync(frame),
    planes: [at(0), at(1), at(2)],
    strides: [stride(0), stride(1), stride(2)],
    // The libvpx wrapper maps the bitstream's only colour space, BT.601 limited range.
    fullRange: false,
  };
  return cameraFrameFromPlanes(planes, spare);
}
