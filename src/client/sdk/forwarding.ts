/** The part of an RTCPeerConnection that forwarding needs. */
export interface ForwardTarget {
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender;
  removeTrack(sender: RTCRtpSender): void;
}

/**
 * Other calls' peer connections that are sent a stream: when the stream's tracks are exchanged, their
 * senders are given the new ones, without a renegotiation of those calls.
 */
export class Forwarding {
  readonly #targets = new Map<ForwardTarget, Map<string, RTCRtpSender>>();
  readonly #onError: (error: unknown) => void;

  /** @param onError a target refuses a track, e.g. because that call is over; the others go on */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @returns stops it */
  add(target: ForwardTarget, stream: MediaStream): () => void {
    this.#targets.set(target, new Map());
    this.update(stream);
    return () => this.#remove(target);
  }

  /** Brings all senders in line with the stream's tracks. */
  update(stream: MediaStream): void {
    for (const [target, senders] of this.#targets) {
      for (const track of stream.getTracks()) {
        this.#send(target, senders, track, stream).catch(this.#onError);
      }
    }
  }

  async #send(
    target: ForwardTarget,
    senders: Map<string, RTCRtpSender>,
    track: MediaStreamTrack,
    stream: MediaStream,
  ): Promise<void> {
    const sender = senders.get(track.kind);
    if (!sender) senders.set(track.kind, target.addTrack(track, stream));
    else if (sender.track !== track) await sender.replaceTrack(track);
  }

  #remove(target: ForwardTarget): void {
    for (const sender of this.#targets.get(target)?.values() ?? []) target.removeTrack(sender);
    this.#targets.delete(target);
  }
}
