import type { ClientMessage, IceServer, ServerMessage } from '../../signaling/protocol.ts';
import type { ClientError } from './client-error.ts';
import { relayRefusal } from './relay-refusal.ts';
import { assignTracks, type TrackList } from './track-assignment.ts';

/** A server sends a handful per description; more than this before their description are a fault. */
const MAX_EARLY_CANDIDATES = 64;

export interface IceSettings {
  readonly iceServers: readonly IceServer[];
  readonly iceTransportPolicy: RTCIceTransportPolicy;
}

export interface MediaEvents {
  send(message: ClientMessage): void;
  state(state: 'connected' | 'disconnected' | 'failed'): void;
  /** After each description: the tracks of every participant that is received. */
  tracks(assigned: ReadonlyMap<string, readonly MediaStreamTrack[]>): void;
  error(error: unknown): void;
  unusableCandidate(cause: unknown): void;
  /** A TURN server gives no relay; once for each server and reason. */
  noRelay(error: ClientError): void;
}

/** The tracks sent to the server: the driver's picture and voice. */
export interface OutgoingTracks {
  readonly video: MediaStreamTrack | null;
  readonly audio: MediaStreamTrack | null;
}

/**
 * The peer connection to the server, as the polite side of perfect negotiation
 * (W3C WebRTC §10.7): on a collision of offers its own is rolled back.
 * Sends one picture and one voice; the server adds a section for each avatar and voice it sends.
 */
export class MediaConnection {
  readonly #peer: RTCPeerConnection;
  readonly #events: MediaEvents;
  readonly #video: RTCRtpSender;
  readonly #audio: RTCRtpSender;
  #tracks: TrackList = [];
  #earlyCandidates: RTCIceCandidateInit[] = [];
  /** Descriptions and candidates are applied one after the other, in the order of their coming. */
  #queue: Promise<void> = Promise.resolve();
  readonly #toldOfRelays = new Set<string>();
  #closed = false;

  constructor(ice: IceSettings, outgoing: OutgoingTracks, events: MediaEvents) {
    this.#events = events;
    const { iceServers, iceTransportPolicy } = ice;
    this.#peer = new RTCPeerConnection({
      iceServers: iceServers as RTCIceServer[],
      iceTransportPolicy,
    });
    this.#audio = this.#section(outgoing.audio, 'audio');
    this.#video = this.#section(outgoing.video, 'video');
    this.#preferFrameRate();
    this.#peer.onnegotiationneeded = () => this.#enqueue(() => this.#offer());
    this.#peer.onicecandidate = ({ candidate }) => this.#sendCandidate(candidate);
    this.#peer.onicecandidateerror = (event) => this.#tellOfRelay(event);
    this.#peer.onicegatheringstatechange = () => this.#demandCandidates();
    this.#peer.ontrack = () => this.#assign();
    this.#peer.onconnectionstatechange = () => {
      const state = this.#peer.connectionState;
      if (state === 'connected' || state === 'disconnected' || state === 'failed') {
        events.state(state);
      }
    };
  }

  receive(message: Extract<ServerMessage, { type: 'description' | 'candidate' | 'tracks' }>): void {
    switch (message.type) {
      case 'tracks':
        this.#enqueue(async () => {
          this.#tracks = message.tracks;
        });
        break;
      case 'description':
        this.#enqueue(() => this.#acceptDescription(message.description));
        break;
      case 'candidate':
        this.#enqueue(() => this.#acceptCandidate(message.candidate));
        break;
    }
  }

  restartIce(): void {
    this.#peer.restartIce();
  }

  async replace(outgoing: OutgoingTracks): Promise<void> {
    await this.#video.replaceTrack(outgoing.video);
    await this.#audio.replaceTrack(outgoing.audio);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#peer.getStats();
  }

  /** Idempotent; no event comes after it. The outgoing tracks stay the caller's. */
  close(): void {
    this.#closed = true;
    this.#peer.close();
  }

  #section(track: MediaStreamTrack | null, kind: 'audio' | 'video'): RTCRtpSender {
    return this.#peer.addTransceiver(track ?? kind, { direction: 'sendonly' }).sender;
  }

  /** A driver's frame that comes late is worth less than one that is coarse. */
  #preferFrameRate(): void {
    const parameters = this.#video.getParameters();
    this.#video
      .setParameters({
        ...parameters,
        degradationPreference: 'maintain-framerate',
      } as typeof parameters)
      .catch(this.#events.error);
  }

  async #offer(): Promise<void> {
    if (this.#peer.signalingState !== 'stable') return;
    await this.#peer.setLocalDescription();
    this.#sendDescription();
  }

  async #acceptDescription(description: { type: string; sdp?: string | undefined }): Promise<void> {
    const remote = { type: description.type, sdp: description.sdp } as RTCSessionDescriptionInit;
    if (remote.type === 'answer' && this.#peer.signalingState !== 'have-local-offer') return;
    await this.#peer.setRemoteDescription(remote);
    for (const candidate of this.#earlyCandidates.splice(0)) {
      await this.#addCandidate(candidate);
    }
    if (remote.type === 'offer') {
      await this.#peer.setLocalDescription();
      this.#sendDescription();
    }
    this.#assign();
  }

  async #acceptCandidate(candidate: {
    candidate: string;
    sdpMid?: string | null | undefined;
    sdpMLineIndex?: number | null | undefined;
    usernameFragment?: string | null | undefined;
  }): Promise<void> {
    const init: RTCIceCandidateInit = {
      candidate: candidate.candidate,
      sdpMid: candidate.sdpMid ?? null,
      sdpMLineIndex: candidate.sdpMLineIndex ?? (candidate.sdpMid == null ? 0 : null),
      usernameFragment: candidate.usernameFragment ?? null,
    };
    // During an ICE restart of one's own, candidates may belong to an answer still under way.
    const early = !this.#peer.remoteDescription || this.#peer.signalingState === 'have-local-offer';
    if (!early) await this.#addCandidate(init);
    else if (this.#earlyCandidates.length < MAX_EARLY_CANDIDATES) this.#earlyCandidates.push(init);
  }

  /** One that the browser cannot use is one way less, not the end of the connection. */
  async #addCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    try {
      await this.#peer.addIceCandidate(candidate);
    } catch (cause) {
      if (!this.#closed) this.#events.unusableCandidate(cause);
    }
  }

  #sendDescription(): void {
    const local = this.#peer.localDescription;
    if (!local || this.#closed || local.type === 'pranswer') return;
    this.#events.send({ type: 'description', description: { type: local.type, sdp: local.sdp } });
  }

  #sendCandidate(candidate: RTCIceCandidate | null): void {
    if (!candidate || this.#closed) return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    this.#events.send({
      type: 'candidate',
      candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment },
    });
  }

  /** Each network interface asks each server: one answer of a kind is enough. */
  #tellOfRelay(event: RTCPeerConnectionIceErrorEvent): void {
    const refusal = relayRefusal(event);
    if (!refusal || this.#closed || this.#toldOfRelays.has(refusal.message)) return;
    this.#toldOfRelays.add(refusal.message);
    this.#events.noRelay(refusal);
  }

  /** Without a single candidate no path will ever be found: no use in waiting for one. */
  #demandCandidates(): void {
    if (this.#closed || this.#peer.iceGatheringState !== 'complete') return;
    const sdp = this.#peer.localDescription?.sdp ?? '';
    if (!sdp.includes('a=candidate:')) this.#events.state('failed');
  }

  #assign(): void {
    if (this.#closed) return;
    const sections = this.#peer.getTransceivers().map((transceiver) => ({
      mid: transceiver.mid,
      receiving: /recv/.test(transceiver.currentDirection ?? transceiver.direction),
      track: transceiver.receiver.track,
    }));
    this.#events.tracks(assignTracks(this.#tracks, sections));
  }

  #enqueue(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#closed) return;
      try {
        await work();
      } catch (error) {
        if (!this.#closed) this.#events.error(error);
      }
    });
  }
}
