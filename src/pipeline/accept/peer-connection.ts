import type { IceCandidate, IceServer } from '../../signaling/protocol.ts';
import type { Clock, Milli } from '../../time.ts';
import type { VideoCodec } from '../decode/video-decoder.ts';
import type { BitrateLimits } from '../transmit/bandwidth-estimate.ts';
import type { BitsPerSecond, EncodedFrame } from '../transmit/video-encoder.ts';
import type { ReceivedAudioPacket } from './audio-receiver.ts';
import type { ReceivedVideoFrame } from './video-receiver.ts';

export interface PeerConnectionOptions {
  readonly iceServers?: readonly IceServer[];
  /** Local addresses to bind and offer; every non-internal one where undefined. */
  readonly hosts?: readonly string[];
  /** Public addresses of a 1:1 NAT, offered instead of the local ones. */
  readonly announced?: readonly string[];
  /** UDP ports to choose from, both inclusive; any where undefined. */
  readonly ports?: readonly [low: number, high: number];
  /** Limits of each outgoing video. */
  readonly bitrate?: Partial<BitrateLimits>;
  readonly clock?: Clock;
}

export type ConnectionState =
  | 'new'
  | 'connecting'
  | 'connected'
  | 'disconnected'
  | 'failed'
  | 'closed';

/** Called from the event loop, never re-entrantly. */
export interface PeerConnectionEvents {
  videoFrame(frame: ReceivedVideoFrame): void;
  audioPacket(packet: ReceivedAudioPacket): void;
  /** A description should be made and sent, in the W3C sense. */
  negotiationNeeded(): void;
  /** An empty `candidate` ends the candidates. */
  candidate(candidate: IceCandidate): void;
  connectionState(state: ConnectionState): void;
}

export interface VideoSender {
  readonly participant: string;
  /** Its media section, null before the first offer names it. */
  readonly mid: string | null;
  /** What the client negotiated for it, null before it did. */
  readonly codec: VideoCodec | null;
  /**
   * Frames of another codec than {@link codec} are dropped.
   * @param captureTime of the camera frame that this one answers, on the monotonic clock.
   */
  send(frame: EncodedFrame & { readonly codec: VideoCodec }, captureTime: Milli): void;
  /** The frames' source changed: nothing is sent until its first keyframe. */
  restart(): void;
  onCodec(callback: (codec: VideoCodec) => void): void;
  onKeyframeNeeded(callback: () => void): void;
  onBitrate(callback: (bitrate: BitsPerSecond) => void): void;
  /** Frees the section for another participant; idempotent. */
  close(): void;
}

export interface AudioSender {
  readonly participant: string;
  readonly mid: string | null;
  send(packet: ReceivedAudioPacket): void;
  restart(): void;
  close(): void;
}

export interface PeerConnectionStats {
  readonly bitrateIn: BitsPerSecond;
  readonly bitrateOut: BitsPerSecond;
  /** Share of the client's video packets lost after repair. */
  readonly lossIn: number;
  /** Share of ours that the client calls lost. */
  readonly lossOut: number;
  readonly rttMs: Milli | null;
  readonly codecIn: VideoCodec | null;
  /** What the path to the client is believed to carry. */
  readonly estimate: BitsPerSecond;
  /** Time since anything came in from the client, null before it did. */
  readonly silentMs: Milli | null;
  /** Inbound packets refused: over the limit, forged, replayed, malformed. */
  readonly refused: number;
}
