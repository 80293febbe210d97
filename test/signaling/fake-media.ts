import { UnderstudyError } from '../../src/errors.ts';
import type {
  MediaPeer,
  MediaPeerEvents,
  MediaPeerFactory,
} from '../../src/signaling/media-peer.ts';

type Join = Parameters<MediaPeerFactory['open']>[0];

/** A media peer that answers at once and notes what it was asked. */
export class FakePeer implements MediaPeer {
  readonly join: Join;
  readonly events: MediaPeerEvents;
  readonly calls: string[] = [];
  readonly watched = new Set<string>();
  closed = false;
  /** What the next identity switches wait for. */
  switching: Promise<void> = Promise.resolve();

  constructor(join: Join, events: MediaPeerEvents) {
    this.join = join;
    this.events = events;
  }

  async acceptDescription(description: { type: string; sdp?: string | undefined }): Promise<void> {
    this.calls.push(`description ${description.type}`);
    if (description.sdp === 'v=bad') {
      throw new UnderstudyError('invalid_description', "The offer 'v=bad' is no offer.");
    }
    if (description.type !== 'offer') return;
    const tracks = [...this.watched].map((participant, index) => ({
      mid: String(index),
      participant,
      kind: 'video' as const,
    }));
    this.events.description({ type: 'answer', sdp: 'v=0 answer' }, tracks);
    this.events.candidate({ candidate: '' });
  }

  async acceptCandidate(candidate: { candidate: string }): Promise<void> {
    this.calls.push(`candidate ${candidate.candidate}`);
  }

  async switchIdentity(identity: string): Promise<void> {
    this.calls.push(`identity ${identity}`);
    await this.switching;
  }

  setMotion(change: object): void {
    this.calls.push(`motion ${JSON.stringify(change)}`);
  }

  setMuted(muted: { audio: boolean; video: boolean }): void {
    this.calls.push(`muted ${muted.audio} ${muted.video}`);
  }

  watch(participant: string): void {
    this.watched.add(participant);
  }

  unwatch(participant: string): void {
    this.watched.delete(participant);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** A media peer that fails in everything. */
class BrokenPeer extends FakePeer {
  override acceptDescription(): Promise<void> {
    throw new Error('broken');
  }
  override async acceptCandidate(): Promise<void> {
    throw new Error('broken');
  }
  override async switchIdentity(): Promise<void> {
    throw new Error('broken');
  }
  override setMotion(): void {
    throw new Error('broken');
  }
  override setMuted(): void {
    throw new Error('broken');
  }
  override watch(): void {
    throw new Error('broken');
  }
  override unwatch(): void {
    throw new Error('broken');
  }
  override async close(): Promise<void> {
    throw new Error('broken');
  }
}

/** Makes fakes and keeps them for inspection, in the order of opening. */
export class FakeMedia implements MediaPeerFactory {
  readonly peers: FakePeer[] = [];
  /** Identities whose participants get a peer that fails in everything. */
  readonly broken = new Set<string>();
  /** What the next openings wait for. */
  opening: Promise<void> = Promise.resolve();

  async open(join: Join, events: MediaPeerEvents): Promise<MediaPeer> {
    await this.opening;
    if (join.identity === 'unopenable') {
      throw new UnderstudyError('server_full', 'Every worker is busy.');
    }
    const Peer = this.broken.has(join.identity) ? BrokenPeer : FakePeer;
    const peer = new Peer(join, events);
    this.peers.push(peer);
    return peer;
  }

  /** The newest peer of a participant. */
  of(participant: string): FakePeer {
    const peer = this.peers.findLast((one) => one.join.participant === participant);
    if (peer === undefined) throw new Error(`no media was opened for ${participant}`);
    return peer;
  }
}
