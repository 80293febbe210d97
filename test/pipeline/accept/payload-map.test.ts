import { describe, expect, it } from 'vitest';
import {
  allocateCodec,
  allocateExtensions,
  EMPTY_PAYLOAD_MAP,
  readPayloadMap,
  videoCodecOf,
} from '../../../src/pipeline/accept/payload-map.ts';

const SDP = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=extmap:14 urn:a',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103 104',
  'a=extmap:3/recvonly urn:b',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:103 H264/90000',
  'a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
].join('\r\n');

describe('PayloadMap', () => {
  it('reads codecs and extensions of a description', () => {
    const map = readPayloadMap(SDP);
    expect(map.codecs[0]).toEqual({
      payloadType: 111,
      name: 'opus',
      clockHz: 48_000,
      channels: 2,
      parameters: 'minptime=10;useinbandfec=1',
    });
    expect([...map.extensions]).toEqual([
      ['urn:a', 14],
      ['urn:b', 3],
    ]);
  });

  it('takes H.264 in packetization mode 1 only', () => {
    const codecs = readPayloadMap(SDP).codecs.map(videoCodecOf);
    expect(codecs).toEqual([undefined, 'vp8', undefined, undefined, 'h264']);
  });

  it('uses the number that the other side uses', () => {
    const map = readPayloadMap(SDP);
    const wanted = { name: 'h264', clockHz: 90_000, channels: undefined, parameters: undefined };
    const fits = (codec: (typeof map.codecs)[number]) => videoCodecOf(codec) === 'h264';
    expect(allocateCodec(map, new Set(), wanted, fits).payloadType).toBe(103);
  });

  it('never gives a number away twice', () => {
    const map = readPayloadMap(SDP);
    const taken = new Set<number>();
    const wanted = { name: 'x', clockHz: 1, channels: undefined, parameters: undefined };
    const types = Array.from(
      { length: 50 },
      () => allocateCodec(map, taken, wanted, () => false).payloadType,
    );
    expect(new Set(types).size).toBe(50);
    for (const { payloadType } of map.codecs) expect(types).not.toContain(payloadType);
    // 64 to 95 would be taken for RTCP (RFC 5761 §4).
    expect(types.filter((type) => type >= 64 && type < 96)).toEqual([]);
  });

  it('keeps known extension ids and finds free ones for the rest', () => {
    const ids = allocateExtensions(readPayloadMap(SDP), ['urn:c', 'urn:b', 'urn:d', 'urn:e']);
    expect([...ids]).toEqual([
      ['urn:c', 1],
      ['urn:b', 3],
      ['urn:d', 2],
      ['urn:e', 4],
    ]);
  });

  it('leaves extensions out that have no id left', () => {
    const uris = Array.from({ length: 20 }, (_, i) => `urn:${i}`);
    expect(allocateExtensions(EMPTY_PAYLOAD_MAP, uris).size).toBe(14);
  });
});
