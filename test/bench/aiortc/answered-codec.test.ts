import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../../bench/aiortc/answered-codec.ts';

const H264 = [
  'a=rtpmap:99 H264/90000',
  'a=fmtp:99 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  'a=rtpmap:100 rtx/90000',
  'a=fmtp:100 apt=99',
];
const VP8 = ['a=rtpmap:97 VP8/90000', 'a=rtpmap:98 rtx/90000', 'a=fmtp:98 apt=97'];

const sdp = (...sections: string[][]) =>
  ['v=0', 's=-', ...sections.flatMap((lines) => ['m=video 9 UDP/TLS/RTP/SAVPF 96', ...lines])].join(
    '\r\n',
  );

describe('the codec of an answer', () => {
  it('is the one asked for where every video section has agreed on it', () => {
    checkAnswer(sdp(H264), 'h264');
    checkAnswer(sdp(H264, H264), 'h264');
    checkAnswer(sdp(VP8, VP8), 'vp8');
  });

  it('is another where one section has agreed on another', () => {
    expect(() => checkAnswer(sdp(VP8), 'h264')).toThrow(/section 0 has agreed on vp8/);
    expect(() => checkAnswer(sdp(H264, VP8), 'h264')).toThrow(/section 1 has agreed on vp8/);
  });

  it('is not that one alone where there are more', () => {
    expect(() => checkAnswer(sdp([...VP8, ...H264]), 'h264')).toThrow(/vp8, h264/);
  });

  it('is none in a mode in which nothing is sent, or without video', () => {
    const single = H264.map((line) => line.replace('packetization-mode=1', 'packetization-mode=0'));
    expect(() => checkAnswer(sdp(single), 'h264')).toThrow(/not on h264/);
    expect(() => checkAnswer(sdp([]), 'h264')).toThrow(/nothing/);
    expect(() => checkAnswer(sdp(), 'h264')).toThrow(/without video/);
  });
});
