import { afterEach } from 'vitest';
import {
  type ConnectionState,
  openPeerConnection,
  type PeerConnection,
  type PeerConnectionOptions,
} from '../../../src/pipeline/accept/peer-connection.io.ts';
import type { ReceivedVideoFrame } from '../../../src/pipeline/accept/video-receiver.ts';
import { Negotiator } from '../../../src/signaling/negotiator.ts';

interface Side {
  readonly peer: PeerConnection;
  readonly negotiator: Negotiator;
  readonly frames: ReceivedVideoFrame[];
  readonly audio: Buffer[];
  readonly states: ConnectionState[];
  readonly candidates: string[];
  readonly errors: unknown[];
}

const open: PeerConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((peer) => peer.close()));
});

/** Two of our own connections talking to each other over loopback; closed after the test. */
export function connect(
  options: PeerConnectionOptions = {},
  waitsForOffer = false,
  ofServer: PeerConnectionOptions = {},
): [Side, Side] {
  const sides: Side[] = [];
  for (const polite of [false, true]) {
    const other = () => sides[polite ? 0 : 1]!;
    const side = { frames: [], audio: [], states: [], candidates: [], errors: [] } as unknown as {
      -readonly [K in keyof Side]: Side[K];
    };
    const failed = (reason: unknown) => side.errors.push(reason);
    side.peer = openPeerConnection(
      {
        videoFrame: (frame) => side.frames.push(frame),
        audioPacket: ({ data }) => side.audio.push(data),
        negotiationNeeded: () => side.negotiator.negotiationNeeded(),
        candidate: (candidate) => {
          side.candidates.push(candidate.candidate);
          other().negotiator.candidate(candidate).catch(failed);
        },
        connectionState: (state) => side.states.push(state),
      },
      { hosts: ['127.0.0.1'], ...options, ...(polite ? {} : ofServer) },
    );
    side.negotiator = new Negotiator({
      peer: side.peer,
      polite,
      waitsForOffer: waitsForOffer && !polite,
      send: (description) => {
        other().negotiator.description(description).catch(failed);
      },
      failed,
    });
    sides.push(side);
    open.push(side.peer);
  }
  return [sides[0]!, sides[1]!];
}
