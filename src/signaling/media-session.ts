import type { Log } from '../log.ts';
import type { Clock, Milli } from '../time.ts';
import type { CallMessage } from './connection.ts';
import type { MediaPeer, MediaPeerEvents, MediaPeerFactory } from './media-peer.ts';
import { PacedSlot } from './paced-slot.ts';
import type { Participant, ServerMessage } from './protocol.ts';
import { Refusal, toRefusal } from './refusal.ts';
import { SerialTasks } from './serial-tasks.ts';
import type { SessionStats } from './session-stats.ts';

/**
 * Descriptions and candidates that may wait for the media to deal with the one before: a whole
 * gathering and a renegotiation on top.
 */
const MAX_WAITING_NEGOTIATION = 256;

/** Identity switches that may wait: somebody clicking through the gallery. */
const MAX_WAITING_SWITCHES = 8;

/**
 * Messages held until `joined` has gone out: a first offer and its candidates. More would be a
 * fault of the media's, and is dropped.
 */
const MAX_EARLY_MESSAGES = 128;

/** A second, less what the timers of those who tell once a second may be early. */
const STATS_INTERVAL: Milli = 900;

export interface MediaSessionOutput {
  send(message: ServerMessage): void;
  refuse(refusal: Refusal, fatal: boolean): void;
  /** The media shows another identity from now on. */
  switched(identity: string, request: string | undefined): void;
}

/**
 * One opening of a participant's media. Puts its calls in order, and lets nothing that it throws
 * or says after its end come through. Owns the {@link MediaPeer}.
 */
export class MediaSession {
  readonly #output: MediaSessionOutput;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #negotiation = new SerialTasks(MAX_WAITING_NEGOTIATION);
  readonly #switches = new SerialTasks(MAX_WAITING_SWITCHES);
  readonly #stats = new PacedSlot<SessionStats>(STATS_INTERVAL);
  #early: (() => void)[] | undefined = [];
  #peer: MediaPeer | undefined;
  #closed = false;

  constructor(output: MediaSessionOutput, log: Log, clock: Clock) {
    this.#output = output;
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Opens the media; what it says waits for {@link start}.
   * @throws Refusal
   */
  async open(
    factory: MediaPeerFactory,
    join: Parameters<MediaPeerFactory['open']>[0],
  ): Promise<void> {
    let peer: MediaPeer;
    try {
      peer = await factory.open(join, this.#events());
    } catch (error) {
      const refusal = this.#translate(error, 'internal', 'Your media could not be opened.');
      this.#closed = true;
      throw refusal;
    }
    this.#peer = peer;
    if (this.#closed) await this.#closePeer();
  }

  /** Lets through what was held back, and everything from now on. */
  start(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const say of early) if (!this.#closed) say();
  }

  receive(message: CallMessage): void {
    switch (message.type) {
      case 'description':
        this.#negotiate((peer) => peer.acceptDescription(message.description));
        return;
      case 'candidate':
        this.#negotiate((peer) => peer.acceptCandidate(message.candidate));
        return;
      case 'identity':
        this.switchIdentity(message.identity, message.request);
        return;
      case 'motion': {
        const { type: _, ...change } = message;
        this.#contain((peer) => peer.setMotion(change));
        return;
      }
      case 'mute':
        this.setMuted(message.muted);
        return;
    }
  }

  switchIdentity(identity: string, request?: string): void {
    if (this.#switches.push(() => this.#switch(identity, request))) return;
    const sentence = `${MAX_WAITING_SWITCHES} identity switches are waiting already.`;
    this.#refuse(new Refusal('identity_failed', sentence, { request }));
  }

  /** Becomes another identity before what waits, and in place of what is under way. */
  replaceIdentity(identity: string): void {
    void this.#switch(identity);
  }

  setMuted(muted: Participant['muted']): void {
    this.#contain((peer) => peer.setMuted(muted));
  }

  watch(participant: string): void {
    this.#contain((peer) => peer.watch(participant));
  }

  unwatch(participant: string): void {
    this.#contain((peer) => peer.unwatch(participant));
  }

  /** Sends the statistics that are due. */
  tick(): void {
    const stats = this.#stats.take(this.#clock());
    if (stats !== undefined) this.#send({ type: 'stats', stats: stats.value });
  }

  /** Never throws; nothing is said after the call. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#closePeer();
  }

  async #closePeer(): Promise<void> {
    try {
      await this.#peer?.close();
    } catch (error) {
      this.#log.error({ err: error }, 'media did not close cleanly');
    }
  }

  #events(): MediaPeerEvents {
    return {
      description: (description, tracks) => {
        this.#send({ type: 'tracks', tracks: tracks.map((track) => ({ ...track })) });
        this.#send({ type: 'description', description });
      },
      candidate: (candidate) => this.#send({ type: 'candidate', candidate }),
      avatar: (state) => this.#send({ type: 'avatar', state }),
      stats: (stats) => {
        this.#stats.offer(stats);
        this.tick();
      },
      failed: (reason) => {
        const sentence = 'The media connection is lost: join again.';
        this.#refuse(this.#translate(reason, 'negotiation_failed', sentence), true);
      },
    };
  }

  #send(message: ServerMessage): void {
    this.#say(() => this.#output.send(message));
  }

  #say(say: () => void): void {
    if (this.#closed) return;
    if (this.#early === undefined) say();
    else if (this.#early.length < MAX_EARLY_MESSAGES) this.#early.push(say);
  }

  #negotiate(task: (peer: MediaPeer) => Promise<void>): void {
    const accepted = this.#negotiation.push(async () => {
      if (this.#peer === undefined || this.#closed) return;
      try {
        await task(this.#peer);
      } catch (error) {
        const sentence = 'The description or candidate could not be used.';
        this.#refuse(this.#translate(error, 'negotiation_failed', sentence));
      }
    });
    if (!accepted) {
      const sentence = `${MAX_WAITING_NEGOTIATION} descriptions and candidates are waiting already.`;
      this.#refuse(new Refusal('message_flood', sentence), true);
    }
  }

  async #switch(identity: string, request?: string): Promise<void> {
    if (this.#peer === undefined || this.#closed) return;
    try {
      await this.#peer.switchIdentity(identity);
      if (!this.#closed) this.#output.switched(identity, request);
    } catch (error) {
      const sentence = 'The identity could not be made ready; the one before stays.';
      this.#refuse(this.#translate(error, 'identity_failed', sentence, request));
    }
  }

  #contain(task: (peer: MediaPeer) => void): void {
    if (this.#peer === undefined || this.#closed) return;
    try {
      task(this.#peer);
    } catch (error) {
      this.#refuse(this.#translate(error, 'internal', 'The server could not do that.'));
    }
  }

  #translate(
    error: unknown,
    code: Refusal['code'],
    message: string,
    request?: string | undefined,
  ): Refusal {
    const refusal = toRefusal(error, { code, message }, request);
    // What breaks off because its owner left is no fault.
    if (this.#closed) return refusal;
    if (refusal.code === 'internal' || refusal.code === 'negotiation_failed') {
      this.#log.error({ err: error }, 'media refused');
    }
    return refusal;
  }

  #refuse(refusal: Refusal, fatal = false): void {
    this.#say(() => this.#output.refuse(refusal, fatal));
  }
}
