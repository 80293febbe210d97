import type { Milli, RtpTime } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { Depacketizer, PayloadPart } from './depacketizer.ts';
import { readH264Payload } from './h264-depacketizer.ts';
import type { RtpPacket } from './rtp-packet.ts';
import { readVp8Payload } from './vp8-depacketizer.ts';

/** One whole coded frame as the sender's encoder made it. The receiver owns `data`. */
export interface AssembledFrame {
  readonly codec: VideoCodec;
  /** A VP8 frame, or an H.264 access unit in Annex B. */
  readonly data: Buffer;
  readonly keyframe: boolean;
  readonly rtpTime: RtpTime;
  /** When its last packet arrived. */
  readonly receivedAt: Milli;
  /** When its first packet arrived. */
  readonly firstReceivedAt: Milli;
  /** The header extensions of its last packet, or of its first where that has none. */
  readonly extensions: RtpPacket['extensions'];
}

/** A keyframe of 1080p at high quality stays under half of this. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** About two seconds of video at 2.5 Mbit/s; older packets make room. */
const MAX_BUFFERED_PACKETS = 512;

const DEPACKETIZERS: Record<VideoCodec, Depacketizer> = {
  vp8: readVp8Payload,
  h264: readH264Payload,
};

interface Buffered {
  readonly codec: VideoCodec;
  readonly packet: RtpPacket;
  readonly part: PayloadPart | undefined;
  readonly at: Milli;
}

/**
 * Puts packets back in order and into frames. Only frames whose every predecessor since the last
 * keyframe came out whole are handed on: a decoder would otherwise show what the sender never drew
 * (VP8 hides such damage). Sequence numbers are extended ones.
 */
export class FrameAssembler {
  readonly #packets = new Map<number, Buffered>();
  /** The next packet in order; undefined until a frame's start is known. */
  #next: number | undefined;
  #highest = -1;
  /** The frame coming in; `whole` where its beginning was surely seen. */
  #current: { packets: Buffered[]; bytes: number; whole: boolean } | undefined;
  /** Frames are dropped until a keyframe. */
  #broken = true;
  /** The last packet in order ended a frame: the next one begins one. */
  #boundary = false;

  /** True while frames are dropped for want of a keyframe and none is coming in. */
  get needsKeyframe(): boolean {
    const first = this.#current?.whole ? this.#current.packets[0] : undefined;
    const coming = first?.part?.keyframe || (first?.codec === 'h264' && first.part?.starts);
    return this.#broken && !coming;
  }

  /** The oldest packet that is still of use. */
  get next(): number | undefined {
    return this.#next;
  }

  /** @returns the frames that this packet completes, in order. */
  receive(sequence: number, packet: RtpPacket, codec: VideoCodec, at: Milli): AssembledFrame[] {
    if (this.#next !== undefined && sequence < this.#next) return [];
    if (this.#packets.has(sequence)) return [];
    const part = packet.payload.length > 0 ? DEPACKETIZERS[codec](packet.payload) : undefined;
    this.#packets.set(sequence, { codec, packet, part, at });
    this.#highest = Math.max(this.#highest, sequence);
    if (this.#packets.size > MAX_BUFFERED_PACKETS) this.#evict();
    if (this.#next === undefined || this.#broken) this.#seekKeyframe();
    const frames = this.#drain();
    // Behind a hole a whole keyframe makes everything before it worthless.
    if (frames.length === 0 && this.#next !== undefined && this.#completesKeyframe(sequence)) {
      frames.push(...this.#drain());
    }
    return frames;
  }

  /** The packets before `sequence` will not come any more: what depends on them is dropped. */
  giveUp(sequence: number): AssembledFrame[] {
    if (this.#next !== undefined && sequence < this.#next) return [];
    this.#break();
    this.#next = sequence + 1;
    for (const key of this.#packets.keys()) if (key <= sequence) this.#packets.delete(key);
    this.#seekKeyframe();
    return this.#drain();
  }

  #break(): void {
    this.#broken = true;
    this.#current = undefined;
    this.#boundary = false;
  }

  #evict(): void {
    const oldest = Math.min(...this.#packets.keys());
    this.#packets.delete(oldest);
    if (this.#next === undefined || oldest >= this.#next) {
      this.#break();
      this.#next = oldest + 1;
    }
  }

  /** While broken, moves on to the first packet that surely begins a keyframe, if there is one. */
  #seekKeyframe(): void {
    if (this.#current) return;
    let first: number | undefined;
    for (const [key, { part, codec }] of this.#packets) {
      if (this.#next !== undefined && key < this.#next) continue;
      // An H.264 start (SPS) always precedes an IDR; a VP8 start says itself what it is.
      if (!part?.starts || !(part.keyframe || codec === 'h264')) continue;
      if (first === undefined || key < first) first = key;
    }
    if (first !== undefined) this.#skipTo(first);
  }

  /**
   * Whether a packet behind the hole made a keyframe whole: goes on with that one then. Looks at no other frame than the
   * packet's own: a peer that sends frames without an end would have all that waits looked through with each packet.
   */
  #completesKeyframe(sequence: number): boolean {
    const timestamp = this.#packets.get(sequence)?.packet.timestamp;
    const member = (key: number) => {
      const buffered = this.#packets.get(key);
      return buffered?.packet.timestamp === timestamp ? buffered : undefined;
    };
    let last = sequence;
    while (member(last)?.packet.marker === false) last += 1;
    let keyframe = false;
    for (let key = last; ; key -= 1) {
      const each = member(key);
      if (!each || (key < last && each.packet.marker)) return false;
      keyframe ||= each.part?.keyframe ?? false;
      if (!keyframe || !each.part?.starts) continue;
      this.#break();
      this.#skipTo(key);
      return true;
    }
  }

  #skipTo(sequence: number): void {
    this.#boundary = false;
    for (const key of this.#packets.keys()) if (key < sequence) this.#packets.delete(key);
    this.#next = sequence;
  }

  #drain(): AssembledFrame[] {
    const frames: AssembledFrame[] = [];
    while (this.#next !== undefined) {
      const buffered = this.#packets.get(this.#next);
      if (!buffered) break;
      this.#packets.delete(this.#next);
      this.#next += 1;
      const frame = this.#append(buffered);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  #append(buffered: Buffered): AssembledFrame | undefined {
    const { packet, part } = buffered;
    // Padding keeps the sequence going and carries nothing.
    if (packet.payload.length === 0) return undefined;
    const open = this.#current?.packets[0];
    if (open && open.packet.timestamp !== packet.timestamp) {
      // The sender set no marker on the last frame's end: it cannot be told whole.
      this.#break();
    }
    if (!part) {
      this.#break();
      return undefined;
    }
    const whole = part.starts || this.#boundary;
    const current = this.#current ?? { packets: [], bytes: 0, whole };
    this.#boundary = packet.marker;
    this.#current = current;
    current.packets.push(buffered);
    for (const piece of part.parts) current.bytes += piece.length;
    if (current.bytes > MAX_FRAME_BYTES) {
      this.#break();
      return undefined;
    }
    if (!packet.marker) return undefined;
    this.#current = undefined;
    return this.#finish(current.packets, current.whole);
  }

  #finish(packets: readonly Buffered[], whole: boolean): AssembledFrame | undefined {
    const first = packets[0]!;
    const last = packets.at(-1)!;
    const keyframe = packets.some(({ part }) => part!.keyframe);
    if (this.#broken) {
      if (!keyframe || !whole) return undefined;
      this.#broken = false;
    }
    return {
      codec: first.codec,
      data: Buffer.concat(packets.flatMap(({ part }) => part!.parts)),
      keyframe,
      rtpTime: first.packet.timestamp,
      receivedAt: Math.max(...packets.map(({ at }) => at)),
      firstReceivedAt: Math.min(...packets.map(({ at }) => at)),
      extensions:
        last.packet.extensions.size > 0 ? last.packet.extensions : first.packet.extensions,
    };
  }
}
