import { describe, expect, it } from 'vitest';
import { withUsableCodecs } from '../../../src/pipeline/accept/usable-codecs.ts';

const SDP = [
  'v=0',
  'm=video 9 UDP/TLS/RTP/SAVPF 97 98 126 127 120',
  'a=rtpmap:97 H264/90000',
  'a=fmtp:97 profile-level-id=42e01f',
  'a=rtcp-fb:97 nack',
  'a=rtpmap:98 rtx/90000',
  'a=fmtp:98 apt=97',
  'a=rtpmap:126 H264/90000',
  'a=fmtp:126 profile-level-id=42e01f;packetization-mode=1',
  'a=rtpmap:127 rtx/90000',
  'a=fmtp:127 apt=126',
  'a=rtpmap:120 VP8/90000',
  '',
];

describe('withUsableCodecs', () => {
  it('leaves H.264 in packetization mode 1 only', () => {
    expect(withUsableCodecs(SDP.join('\r\n')).split('\r\n')).toEqual([
      'v=0',
      'm=video 9 UDP/TLS/RTP/SAVPF 126 127 120',
      ...SDP.slice(7),
    ]);
  });

  it('leaves a description alone that has nothing else', () => {
    const sdp = SDP.filter((line) => !/97|98/.test(line)).join('\r\n');
    expect(withUsableCodecs(sdp)).toBe(sdp);
  });
});
