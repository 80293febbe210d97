import type { Libav } from '../decode/libav.io.ts';
import { FILE_CLOCK_HZ } from './file-encoding.ts';
import { openWasmInput, readWasmPacket, type WasmInput, type WasmPacket } from './wasm-input.io.ts';

/** The muxer's second stream, after the picture. */
const STREAM = 1;

/** Copies a file's audio packets into another file without decoding them, in order of time. */
export class WasmAudioCopy {
  readonly #input: WasmInput;
  #format = 0;
  #pending: WasmPacket | undefined;

  /** @returns undefined where the file has no audio. @throws MediaFileError. */
  static async open(libav: Libav, path: string): Promise<WasmAudioCopy | undefined> {
    const input = await openWasmInput(path, libav);
    if (input.audio !== undefined) return new WasmAudioCopy(input);
    input.close();
    return undefined;
  }

  private constructor(input: WasmInput) {
    this.#input = input;
  }

  /** AVCodecParameters for the muxer. */
  get codecpar(): number {
    return this.#input.audio!.codecpar;
  }

  get codecName(): string {
    return this.#input.audio!.codec;
  }

  /** The AVFormatContext that takes the packets. */
  attach(format: number): void {
    this.#format = format;
  }

  /** Writes all packets that start before `until` seconds. */
  async copyUntil(until: number): Promise<void> {
    const { libav, packet, audio, start } = this.#input;
    for (;;) {
      this.#pending ??= await this.#next();
      if (this.#pending === undefined) return;
      const { data, pts, duration, keyframe } = this.#pending;
      const at = pts * audio!.tick - start;
      if (at >= until) return;
      this.#pending = undefined;
      const clock = FILE_CLOCK_HZ.webm;
      await libav.ff_write_multi(this.#format, packet, [
        {
          data,
          ...timestamp(libav, Math.round(at * clock)),
          duration: Math.round(duration * audio!.tick * clock),
          durationhi: 0,
          stream_index: STREAM,
          time_base_num: 1,
          time_base_den: clock,
          flags: keyframe ? libav.AV_PKT_FLAG_KEY : 0,
        },
      ]);
    }
  }

  close(): void {
    this.#input.close();
  }

  async #next(): Promise<WasmPacket | undefined> {
    for (;;) {
      const packet = await readWasmPacket(this.#input);
      if (packet === undefined) return undefined;
      if (packet.stream === this.#input.audio!.index && !Number.isNaN(packet.pts)) return packet;
    }
  }
}

function timestamp(libav: Libav, ticks: number) {
  const [low, high] = libav.f64toi64(ticks);
  return { pts: low, ptshi: high, dts: low, dtshi: high };
}
