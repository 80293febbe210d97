import type { RtpPacket } from '../../../src/pipeline/accept/rtp-packet.ts';
import type { VideoCodec } from '../../../src/pipeline/decode/video-decoder.ts';
import { packetizeH264 } from '../../../src/pipeline/transmit/h264-packetizer.ts';
import { Vp8Packetizer } from '../../../src/pipeline/transmit/vp8-packetizer.ts';

/** Makes frames whose bytes tell their number, as an encoder and a packetizer would. */
export class RtpSource {
  sequence: number;
  readonly ssrc = 0x1234;
  readonly #codec: VideoCodec;
  readonly #vp8 = new Vp8Packetizer(0);
  #frame = 0;

  constructor(codec: VideoCodec, firstSequence = 65_500) {
    this.#codec = codec;
    this.sequence = firstSequence;
  }

  frame(keyframe: boolean, bytes = 3000): { data: Buffer; packets: RtpPacket[] } {
    const number = this.#frame;
    this.#frame += 1;
    const body = Buffer.alloc(bytes, 1 + (number % 250));
    const data = this.#codec === 'vp8' ? vp8(keyframe, body) : h264(keyframe, body);
    const payloads = this.#codec === 'vp8' ? this.#vp8.packetize(data) : packetizeH264(data);
    const packets = payloads.map((payload, i) => {
      const packet: RtpPacket = {
        payloadType: 96,
        marker: i === payloads.length - 1,
        sequence: this.sequence,
        timestamp: (number * 3000) >>> 0,
        ssrc: this.ssrc,
        extensions: new Map(),
        payload,
      };
      this.sequence = (this.sequence + 1) & 0xffff;
      return packet;
    });
    return { data, packets };
  }
}

function vp8(keyframe: boolean, body: Buffer): Buffer {
  body[0] = keyframe ? 0x10 : 0x11;
  return body;
}

function h264(keyframe: boolean, body: Buffer): Buffer {
  const start = Buffer.from([0, 0, 0, 1]);
  body[0] = keyframe ? 0x65 : 0x41;
  const sets = keyframe ? [start, Buffer.from([0x67, 1, 2]), start, Buffer.from([0x68, 3])] : [];
  return Buffer.concat([...sets, start, body]);
}
