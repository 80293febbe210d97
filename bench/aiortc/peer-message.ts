import type { IceCandidate, SessionDescription } from '../../src/signaling/protocol.ts';
import type { Transform } from './transform.ts';

/**
 * What the load client and a peer under test say to each other: a JSON object a line, on the peer's
 * standard input and output. Descriptions are the W3C's; the client offers its camera first, the
 * peer offers what it sends in a section of its own. A peer ends when its input does.
 */
export type ToPeer =
  | { readonly type: 'open'; readonly session: string; readonly transform: Transform }
  | {
      readonly type: 'description';
      readonly session: string;
      readonly description: SessionDescription;
    }
  | { readonly type: 'candidate'; readonly session: string; readonly candidate: IceCandidate }
  | { readonly type: 'close'; readonly session: string };

export type FromPeer =
  /** @property version what the peer is, in words. */
  | { readonly type: 'ready'; readonly version: string }
  | {
      readonly type: 'description';
      readonly session: string;
      readonly description: SessionDescription;
    }
  | { readonly type: 'candidate'; readonly session: string; readonly candidate: IceCandidate }
  | { readonly type: 'failed'; readonly session: string; readonly reason: string };
