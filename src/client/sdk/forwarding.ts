/** The part of an RTCPeerConnection that forwarding needs. */
export interface ForwardTarget {
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender;
  removeTrack(sender: RTCRtpSender): void;
}

/**
 * Another call's peer connection that is sent a stream: when the stream's tracks are exchanged, the
 * senders are given the new ones, without a renegotiation of that call.
 */
export class Forwarding {
  readonly #target: ForwardTarget;
  readonly #stream: MediaStream;
  readonly #senders = new Map<string, RTCRtpSender>();

  constructor(target: ForwardTarget, stream: MediaStream) {
    this.#target = target;
    this.#stream = stream;
  }

  /** Brings the senders in line with the stream's tracks. */
  async update(): Promise<void> {
    for (const track of this.#stream.getTracks()) {
      const sender = this.#senders.get(track.kind);
      if (!sender) {
        this.#senders.set(track.kind, this.#target.addTrack(track, this.#stream));
      } else if (sender.track !== track) {
        await sender.replaceTrack(track);
      }
    }
  }

  stop(): void {
    for (const sender of this.#senders.values()) this.#target.removeTrack(sender);
    this.#senders.clear();
  }
}
