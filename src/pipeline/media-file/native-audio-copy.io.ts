import type { FormatContext, Packet, Stream } from 'node-av/lib';
import type { NodeAv } from '../decode/node-av.io.ts';
import { type NativeInput, openNativeInput } from './native-input.io.ts';

/** Copies a file's audio packets into another file without decoding them, in order of time. */
export class NativeAudioCopy {
  readonly #av: NodeAv;
  readonly #input: NativeInput;
  readonly #output: FormatContext;
  readonly #to: Stream;
  readonly #packet: Packet;
  /** Whether `#packet` holds one that is not due yet. */
  #pending = false;
  #ended = false;

  /** @returns undefined where the file has no audio. @throws MediaFileError. */
  static async open(av: NodeAv, path: string, output: FormatContext) {
    const input = await openNativeInput(av, path);
    if (input.audio === undefined) {
      input.format.closeInputSync();
      return undefined;
    }
    return new NativeAudioCopy(av, input, output);
  }

  private constructor(av: NodeAv, input: NativeInput, output: FormatContext) {
    this.#av = av;
    this.#input = input;
    this.#output = output;
    this.#to = output.newStream();
    const from = input.audio!;
    from.codecpar.copy(this.#to.codecpar);
    // Tags belong to a container; the output's muxer picks its own.
    this.#to.codecpar.codecTag = 0;
    this.#to.timeBase = from.timeBase;
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  /** FFmpeg's name of the audio's codec. */
  get codecName(): string {
    const { codecId } = this.#input.audio!.codecpar;
    return this.#av.Codec.findDecoder(codecId)?.name ?? `codec ${codecId}`;
  }

  /** Writes all packets that start before `until` seconds. @returns FFmpeg's code, negative on failure. */
  copyUntil(until: number): number {
    for (;;) {
      if (!this.#pending && !this.#next()) return 0;
      if (this.#startsAt() >= until) return 0;
      const written = this.#write();
      if (written < 0) return written;
    }
  }

  close(): void {
    this.#packet.free();
    this.#input.format.closeInputSync();
  }

  #next(): boolean {
    while (!this.#ended) {
      if (this.#input.format.readFrameSync(this.#packet) < 0) this.#ended = true;
      else if (this.#packet.streamIndex === this.#input.audio!.index) {
        this.#pending = true;
        return true;
      } else this.#packet.unref();
    }
    return false;
  }

  #startsAt(): number {
    const { pts } = this.#packet;
    if (pts === this.#av.AV_NOPTS_VALUE) return 0;
    const { num, den } = this.#input.audio!.timeBase;
    return (Number(pts) * num) / den - this.#input.start;
  }

  #write(): number {
    const av = this.#av;
    const packet = this.#packet;
    const from = this.#input.audio!.timeBase;
    const shift = BigInt(Math.round((this.#input.start * from.den) / from.num));
    if (packet.pts !== av.AV_NOPTS_VALUE) packet.pts -= shift;
    if (packet.dts !== av.AV_NOPTS_VALUE) packet.dts -= shift;
    packet.rescaleTs(from, this.#to.timeBase);
    packet.streamIndex = this.#to.index;
    packet.pos = -1n;
    this.#pending = false;
    // The muxer takes the packet over and leaves an empty one.
    return this.#output.interleavedWriteFrameSync(packet);
  }
}
