import type { Milli } from '../../time.ts';
import { unixFromNtp } from './ntp-time.ts';

/** RTP header extensions that are understood here, by URI. */
export const EXTENSION = {
  /** RFC 9143 §15: which media section a packet belongs to. */
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  /** draft-holmer-rmcat-transport-wide-cc-extensions-01 */
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  /** webrtc.org experiment "playout-delay": least and most delay the receiver may add. */
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  /** webrtc.org experiment "abs-capture-time". */
  absCaptureTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  /** RFC 6464: the loudness of an audio packet. */
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
} as const;

/** (0, 0): show a frame as soon as it is decoded (12 bits each, in units of 10 ms). */
export const PLAYOUT_AT_ONCE = Buffer.from([0, 0, 0]);

export function readTransportSequence(data: Buffer | undefined): number | undefined {
  return data && data.length >= 2 ? data.readUInt16BE(0) : undefined;
}

export function writeTransportSequence(sequence: number): Buffer {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(sequence & 0xffff);
  return data;
}

/** @returns the sender's wall clock at capture, in ms since the Unix epoch. */
export function readAbsCaptureTime(data: Buffer | undefined): Milli | undefined {
  return data && data.length >= 8 ? unixFromNtp(data.readBigUInt64BE(0)) : undefined;
}
