import type { Milli } from '../time.ts';
import type { ConferenceOptions, LinkTimes } from './conference-options.ts';
import type { CallMessage } from './connection.ts';
import { KnownIdentities } from './known-identities.ts';
import type { Link } from './link.ts';
import { MediaSession } from './media-session.ts';
import type { ClientMessage, Participant } from './protocol.ts';
import { Refusal } from './refusal.ts';
import { ResumeTokens } from './resume-tokens.ts';
import { Rooms } from './rooms.ts';
import { WaitingLine } from './waiting-line.ts';

/**
 * A deleted identity is off the air within a second of its deletion; the rest of that second is
 * for the timer's grain.
 */
const DELETED_IDENTITY_DEADLINE: Milli = 700;

interface Place {
  readonly id: string;
  link: Link;
  media: MediaSession;
  readonly since: Milli;
  /** Set while the connection is broken: until then its place is kept. */
  heldUntil: Milli | undefined;
  /** Set when the identity was deleted: by then another one must be shown, or nothing. */
  switchBy: Milli | undefined;
}

/** The calls: who is in which room, and everybody's media. One peer's failure stays its own. */
export class Conference {
  readonly #options: ConferenceOptions;
  readonly #rooms: Rooms;
  readonly #resume: ResumeTokens;
  readonly #identities: KnownIdentities;
  readonly #places = new Map<string, Place>();
  readonly #line: WaitingLine;

  constructor(options: ConferenceOptions) {
    this.#options = options;
    this.#rooms = new Rooms(options.limits);
    this.#resume = new ResumeTokens(options.randomId);
    this.#identities = new KnownIdentities(options.identities, options.defaultIdentity);
    this.#line = new WaitingLine({ ...options.line, clock: options.clock });
  }

  get counts() {
    const held = [...this.#places.values()].filter((place) => place.heldUntil !== undefined).length;
    const joined = this.#places.size - held;
    return { ...this.#rooms.counts, joined, held, waiting: this.#line.length };
  }

  /**
   * Takes a client in, in a new place or in the one that its resume token stands for, and sends
   * it `joined`.
   * @returns the participant's id.
   * @throws Refusal
   */
  async join(
    link: Link,
    message: ClientMessage & { type: 'join' },
    times: LinkTimes,
  ): Promise<string> {
    await this.#identities.require(message.identity);
    const resumed = this.#takeOver(message);
    const id = resumed?.id ?? this.#options.randomId();
    const { name, identity } = message;
    if (resumed === undefined) {
      const muted = { audio: false, video: false };
      this.#rooms.reserve(message.room, { id, name, identity, muted, synthetic: true });
      if (!(await this.#admit(id, identity, link, times))) return id;
    }
    const media = this.#newMedia(id);
    // Not waited for: what hangs in the old media must not keep its owner out.
    void resumed?.media.close();
    try {
      await media.open(this.#options.media, {
        participant: id,
        identity,
        motion: message.motion ?? this.#options.motion,
        smoothing: message.smoothing ?? this.#options.smoothing,
      });
    } catch (error) {
      await media.close();
      this.#options.line.admission?.release(id);
      this.#vacate(id);
      throw error;
    }
    if (!link.open) {
      await media.close();
      this.#vacate(id);
      return id;
    }
    const since = this.#options.clock();
    this.#places.set(id, { id, link, media, since, heldUntil: undefined, switchBy: undefined });
    this.#seat(id, message, times, resumed !== undefined);
    void this.#recheckIdentity(identity);
    return id;
  }

  receive(id: string, message: CallMessage): void {
    if (message.type === 'mute') this.#change(id, { muted: message.muted });
    this.#places.get(id)?.media.receive(message);
  }

  /** The connection broke: the place waits for its return, if it still is this link's. */
  hold(id: string, link: Link): void {
    const place = this.#places.get(id);
    if (place === undefined || place.link !== link) return;
    place.heldUntil = this.#options.clock() + this.#options.resumeWindow;
    this.#options.log.info({ participant: id }, 'connection broken, place held');
    if (this.#options.resumeWindow === 0) this.#end(place);
  }

  /** The participant is gone for good, if the place still is this link's. */
  leave(id: string, link: Link): void {
    const place = this.#places.get(id);
    if (place !== undefined && place.link === link) this.#end(place);
  }

  tick(now: Milli): void {
    this.#line.tick();
    for (const place of this.#places.values()) {
      place.media.tick();
      if (place.heldUntil !== undefined && now >= place.heldUntil) this.#end(place);
      if (place.switchBy !== undefined && now >= place.switchBy) this.#endForDeletion(place);
    }
  }

  /** Takes a deleted identity off the air: whoever uses it becomes the default one, or ends. */
  async identityDeleted(identity: string): Promise<void> {
    const switchBy = this.#options.clock() + DELETED_IDENTITY_DEADLINE;
    for (const place of this.#usersOf(identity)) place.switchBy = switchBy;
    const fallback = await this.#identities.substituteFor(identity);
    // Asked anew: meanwhile some became somebody else, or left, or came back with a token.
    for (const place of this.#usersOf(identity)) {
      if (place.switchBy === undefined) continue;
      if (fallback === undefined) {
        this.#endForDeletion(place);
        continue;
      }
      const sentence = 'Your identity was deleted; you become the default one.';
      place.link.refuse(new Refusal('identity_deleted', sentence), false);
      place.media.replaceIdentity(fallback);
    }
  }

  /** Tells everybody that the server goes away. Who waits for a place will get none. */
  drain(graceMs: Milli): void {
    for (const place of this.#places.values()) place.link.send({ type: 'draining', graceMs });
    this.#line.refuseAll(new Refusal('server_draining', 'The server is going away.'));
  }

  /** Ends every session. */
  async close(): Promise<void> {
    const closing = [...this.#places.values()].map((place) => place.media.close());
    this.#places.clear();
    await Promise.all(closing);
  }

  /** @returns whether the newcomer is let in, at once or after a wait; false when it has gone. */
  async #admit(
    participant: string,
    identity: string,
    link: Link,
    { pingIntervalMs }: LinkTimes,
  ): Promise<boolean> {
    let admitted = false;
    try {
      const newcomer = { participant, identity, link, pingIntervalMs };
      admitted = (await this.#line.enter(newcomer)) === 'admitted';
    } finally {
      if (!admitted) this.#vacate(participant);
    }
    return admitted;
  }

  /** Frees the place that a resume token stands for from its old connection. */
  #takeOver(message: ClientMessage & { type: 'join' }): Place | undefined {
    const id = message.resume === undefined ? undefined : this.#resume.redeem(message.resume);
    const place = id === undefined ? undefined : this.#places.get(id);
    if (place === undefined || this.#rooms.roomOf(place.id) !== message.room) return undefined;
    this.#places.delete(place.id);
    const sentence = 'Another connection took this place with its resume token.';
    place.link.refuse(new Refusal('replaced', sentence), true);
    return place;
  }

  /** Says `joined` and lets everybody see each other. */
  #seat(
    id: string,
    message: ClientMessage & { type: 'join' },
    times: LinkTimes,
    resumed: boolean,
  ): void {
    const place = this.#places.get(id);
    const { name, identity } = message;
    const you = this.#rooms.change(id, { name, identity });
    if (place === undefined || you === undefined) return;
    const others = this.#rooms.arrive(id);
    place.link.send({
      type: 'joined',
      version: 1,
      you,
      room: message.room,
      participants: [...others],
      iceServers: this.#options.iceServers(id),
      resume: this.#resume.issue(id),
      ...times,
    });
    place.media.start();
    place.media.setMuted(you.muted);
    place.media.watch(id);
    for (const other of others) place.media.watch(other.id);
    for (const other of others) {
      const type = resumed ? 'participant-changed' : 'participant-joined';
      this.#places.get(other.id)?.link.send({ type, participant: you });
      this.#places.get(other.id)?.media.watch(id);
    }
    this.#options.log.info({ participant: id, resumed }, 'joined');
  }

  #newMedia(id: string): MediaSession {
    const { log, clock } = this.#options;
    const media: MediaSession = new MediaSession(
      {
        send: (message) => this.#places.get(id)?.link.send(message),
        refuse: (refusal, fatal) => {
          const place = this.#places.get(id);
          if (place?.media !== media) return;
          place.link.refuse(refusal, fatal);
          if (fatal) this.#end(place);
        },
        switched: (identity, request) => this.#switched(id, media, identity, request),
      },
      log.child({ participant: id }),
      clock,
    );
    return media;
  }

  #switched(id: string, media: MediaSession, identity: string, request: string | undefined): void {
    const place = this.#places.get(id);
    if (place?.media !== media) return;
    place.switchBy = undefined;
    place.link.send({
      type: 'identity-changed',
      identity,
      ...(request !== undefined && { request }),
    });
    this.#change(id, { identity });
    void this.#recheckIdentity(identity);
  }

  /** An identity may be deleted while media opens with it or switches to it. */
  async #recheckIdentity(identity: string): Promise<void> {
    try {
      if (!(await this.#identities.has(identity))) await this.identityDeleted(identity);
    } catch (error) {
      this.#options.log.error({ err: error }, 'identity lookup failed');
    }
  }

  #change(id: string, change: Partial<Pick<Participant, 'identity' | 'muted'>>): void {
    const participant = this.#rooms.change(id, change);
    if (participant === undefined) return;
    for (const other of this.#rooms.others(id)) {
      this.#places.get(other.id)?.link.send({ type: 'participant-changed', participant });
    }
  }

  #usersOf(identity: string): Place[] {
    const uses = ({ id }: Place) => this.#rooms.participant(id)?.identity === identity;
    return [...this.#places.values()].filter(uses);
  }

  #endForDeletion(place: Place): void {
    const sentence = 'Your identity was deleted, and no other one could take its place in time.';
    place.link.refuse(new Refusal('identity_deleted', sentence), true);
    this.#end(place);
  }

  #end(place: Place): void {
    if (!this.#places.delete(place.id)) return;
    this.#options.log.info({ participant: place.id }, 'left');
    this.#line.stayed(this.#options.clock() - place.since);
    void place.media.close();
    this.#vacate(place.id);
  }

  #vacate(id: string): void {
    this.#resume.revoke(id);
    const { present, others } = this.#rooms.leave(id);
    if (!present) return;
    for (const other of others) {
      this.#places.get(other.id)?.media.unwatch(id);
      this.#places.get(other.id)?.link.send({ type: 'participant-left', id });
    }
  }
}
