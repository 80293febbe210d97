import { UnderstudyError } from '../../errors.ts';
import type { IceCandidate, SessionDescription } from '../../signaling/protocol.ts';
import { EMPTY_PAYLOAD_MAP, type PayloadMap, readPayloadMap } from './payload-map.ts';
import { withUsableCodecs } from './usable-codecs.ts';
import type { RTCPeerConnection } from './werift.io.ts';

/** A room's worth of participants, two sections each, twice over. */
const MAX_SECTIONS = 64;

/** A client with many interfaces has half as many. */
const MAX_EARLY_CANDIDATES = 64;

export interface DescriptionExchangeHooks {
  /** An offer is about to be made; the numbers that the client uses come along. */
  offering(payloads: PayloadMap): void;
  /** Offer and answer are both applied. */
  agreed(): void;
  closed(): boolean;
}

/** The W3C's offer/answer primitives over werift, with its errors translated. */
export class DescriptionExchange {
  readonly #peer: RTCPeerConnection;
  readonly #hooks: DescriptionExchangeHooks;
  readonly #early: IceCandidate[] = [];
  #payloads: PayloadMap = EMPTY_PAYLOAD_MAP;

  constructor(peer: RTCPeerConnection, hooks: DescriptionExchangeHooks) {
    this.#peer = peer;
    this.#hooks = hooks;
  }

  /** @throws UnderstudyError `negotiation_failed`. */
  async createOffer(): Promise<SessionDescription> {
    return this.#guard('negotiation_failed', async () => {
      this.#hooks.offering(this.#payloads);
      const { sdp } = await this.#peer.createOffer();
      return { type: 'offer', sdp };
    });
  }

  /**
   * Without a description, makes the one that the state calls for.
   * @returns the description to send.
   * @throws UnderstudyError `negotiation_failed`.
   */
  async setLocal(description?: SessionDescription): Promise<SessionDescription> {
    return this.#guard('negotiation_failed', async () => {
      if (description?.type === 'rollback') {
        await this.#peer.setLocalDescription({ type: 'rollback' });
        return { type: 'rollback' as const };
      }
      const offering = ['stable', 'have-local-offer'].includes(this.#peer.signalingState);
      if (offering) this.#hooks.offering(this.#payloads);
      const made =
        description?.sdp === undefined
          ? offering
            ? await this.#peer.createOffer()
            : await this.#peer.createAnswer()
          : { type: description.type, sdp: description.sdp };
      // Gathering goes on behind; candidates trickle.
      const applied = this.#peer.setLocalDescription(made as never);
      applied.catch(() => undefined);
      await Promise.race([applied, stateLeaves(this.#peer, this.#peer.signalingState)]);
      if (!offering) this.#hooks.agreed();
      return { type: made.type as 'offer' | 'answer', sdp: made.sdp };
    });
  }

  /** @throws UnderstudyError `invalid_description` where it does not parse or fit the state. */
  async setRemote(description: SessionDescription): Promise<void> {
    await this.#guard('invalid_description', async () => {
      const sections = description.sdp?.match(/^m=/gm)?.length ?? 0;
      if (sections > MAX_SECTIONS) {
        throw new UnderstudyError(
          'invalid_description',
          `The description has ${sections} media sections; at most ${MAX_SECTIONS} are accepted.`,
          { value: sections, valid: MAX_SECTIONS },
        );
      }
      const usable = description.sdp && withUsableCodecs(description.sdp);
      await this.#peer.setRemoteDescription({ ...description, sdp: usable } as never);
      if (description.sdp) this.#payloads = readPayloadMap(description.sdp);
      // One that does not fit is of no use; the description is good all the same.
      for (const early of this.#early.splice(0)) await this.#apply(early).catch(() => undefined);
      if (description.type === 'answer') this.#hooks.agreed();
    });
  }

  /**
   * Candidates may come before their description; an empty one ends them.
   * @throws UnderstudyError `invalid_description` where it does not parse.
   */
  async addCandidate(candidate: IceCandidate): Promise<void> {
    // The end of candidates ends nothing here: see `createPeer`.
    if (candidate.candidate === '') return;
    await this.#guard('invalid_description', async () => {
      if (this.#peer.remoteDescription) return this.#apply(candidate);
      if (this.#early.length >= MAX_EARLY_CANDIDATES) {
        throw new UnderstudyError(
          'invalid_description',
          `More than ${MAX_EARLY_CANDIDATES} candidates came before any description.`,
          { valid: MAX_EARLY_CANDIDATES },
        );
      }
      this.#early.push(candidate);
    });
  }

  async #apply(candidate: IceCandidate): Promise<void> {
    await this.#peer.addIceCandidate({
      candidate: candidate.candidate,
      ...(candidate.sdpMid == null ? {} : { sdpMid: candidate.sdpMid }),
      ...(candidate.sdpMLineIndex == null ? {} : { sdpMLineIndex: candidate.sdpMLineIndex }),
    });
  }

  async #guard<T>(
    code: 'invalid_description' | 'negotiation_failed',
    action: () => Promise<T>,
  ): Promise<T> {
    if (this.#hooks.closed()) {
      throw new UnderstudyError('negotiation_failed', 'The connection is closed.');
    }
    try {
      return await action();
    } catch (cause) {
      if (cause instanceof UnderstudyError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UnderstudyError(code, `The negotiation cannot go on: ${reason}.`, { cause });
    }
  }
}

/** Resolves when the signaling state is no longer the given one. */
function stateLeaves(peer: RTCPeerConnection, from: string): Promise<void> {
  return new Promise((resolve) => {
    const { unSubscribe } = peer.signalingStateChange.subscribe((state) => {
      if (state === from) return;
      unSubscribe();
      resolve();
    });
  });
}
