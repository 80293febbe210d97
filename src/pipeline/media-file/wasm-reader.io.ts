import { DecodeError } from '../decode/decode-error.ts';
import { MAX_DECODED_PIXELS } from '../decode/video-decoder.ts';
import { WasmVideoDecoder } from '../decode/wasm-video-decoder.io.ts';
import type { CameraFrame } from '../picture.ts';
import { MediaFileError, type MediaFrame, type MediaInfo, type MediaReader } from './media-file.ts';
import { needsNative, openWasmInput, readWasmPacket, type WasmInput } from './wasm-input.io.ts';

/** Packets looked at to tell the frame rate, which libav.js does not hand out. */
const PROBED_PACKETS = 60;
/** For a file of a single frame; only its progress display needs a rate. */
const ASSUMED_FPS = 30;

interface VideoPacket {
  readonly data: Uint8Array;
  readonly at: number;
}

/** Reads VP8 in webm or mkv. */
export class WasmMediaReader implements MediaReader {
  readonly info: MediaInfo;
  readonly #path: string;
  readonly #input: WasmInput;
  readonly #decoder: WasmVideoDecoder;
  readonly #probed: VideoPacket[];
  #damaged = 0;
  #closed = false;

  /** @throws MediaFileError. */
  static async open(path: string): Promise<WasmMediaReader> {
    const input = await openWasmInput(path);
    try {
      checkVideo(path, input);
      const probed: VideoPacket[] = [];
      while (probed.length < PROBED_PACKETS) {
        const packet = await nextVideoPacket(input);
        if (packet === undefined) break;
        probed.push(packet);
      }
      return new WasmMediaReader(path, input, probed);
    } catch (error) {
      input.close();
      throw error;
    }
  }

  private constructor(path: string, input: WasmInput, probed: VideoPacket[]) {
    this.#path = path;
    this.#input = input;
    this.#probed = probed;
    this.#decoder = new WasmVideoDecoder(input.libav);
    this.info = describe(input, probed);
  }

  get damaged(): number {
    return this.#damaged;
  }

  async *frames(): AsyncGenerator<MediaFrame> {
    let last = Number.NEGATIVE_INFINITY;
    for await (const { data, at } of this.#packets()) {
      const frame = await this.#decode(data);
      if (frame === undefined) continue;
      // A repeated or missing time cannot be shown, hence not be rendered.
      if (!(at > last)) {
        this.#damaged++;
        continue;
      }
      last = at;
      yield { frame, at };
    }
    if (last === Number.NEGATIVE_INFINITY) {
      throw new MediaFileError('media_corrupt', `${this.#path} is damaged: no frame decodes.`, {
        value: this.#path,
      });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#decoder.close();
    this.#input.close();
  }

  async *#packets(): AsyncGenerator<VideoPacket> {
    yield* this.#probed.splice(0);
    for (;;) {
      const packet = await nextVideoPacket(this.#input);
      if (packet === undefined) return;
      yield packet;
    }
  }

  async #decode(data: Uint8Array): Promise<CameraFrame | undefined> {
    try {
      return await this.#decoder.decode(data);
    } catch (error) {
      if (!(error instanceof DecodeError) || error.code === 'decode_closed') throw error;
      this.#damaged++;
      return undefined;
    }
  }
}

async function nextVideoPacket(input: WasmInput): Promise<VideoPacket | undefined> {
  const { video, start } = input;
  for (;;) {
    const packet = await readWasmPacket(input);
    if (packet === undefined) return undefined;
    if (packet.stream !== video!.index) continue;
    return { data: packet.data, at: (packet.pts * video!.tick - start) * 1000 };
  }
}

function checkVideo(path: string, { libav, video }: WasmInput): void {
  if (video === undefined) {
    throw new MediaFileError('media_no_video', `${path} has no video in it.`, { value: path });
  }
  if (video.codec !== 'vp8') {
    throw new MediaFileError('media_unsupported', needsNative(`${path} holds ${video.codec}`), {
      value: video.codec,
      valid: ['vp8'],
    });
  }
  const { width, height } = libav.ff_copyout_codecpar_sync(video.codecpar);
  if (width! * height! > MAX_DECODED_PIXELS) {
    throw new MediaFileError('media_too_large', `${path} has ${width}x${height} pixels a frame.`, {
      value: { width, height },
      valid: `at most ${MAX_DECODED_PIXELS} pixels`,
    });
  }
}

function describe({ libav, format, video, audio }: WasmInput, probed: VideoPacket[]): MediaInfo {
  const { width, height } = libav.ff_copyout_codecpar_sync(video!.codecpar);
  const span = (probed.at(-1)?.at ?? 0) - (probed[0]?.at ?? 0);
  const fps = span > 0 ? nearWhole(((probed.length - 1) * 1000) / span) : ASSUMED_FPS;
  const duration =
    libav.i64tof64(
      libav.AVFormatContext_duration_sync(format),
      libav.AVFormatContext_durationhi_sync(format),
    ) / 1000;
  const known = Math.max(duration, 0);
  return {
    width: width!,
    height: height!,
    rotation: 0,
    fps,
    duration: known,
    frames: Math.round((known * fps) / 1000),
    codec: video!.codec,
    audio: audio !== undefined,
  };
}

/** Matroska's times are whole milliseconds: a second of them tell the rate no more closely. */
function nearWhole(fps: number): number {
  return Math.abs(fps / Math.round(fps) - 1) < 0.0005 ? Math.round(fps) : fps;
}
