import type { EnrolResponse, IdentitySummary } from '../../signaling/identity-api.ts';
import type { MotionMode } from '../../signaling/protocol.ts';
import { Call } from './call.ts';
import { type Capture, openCapture } from './capture.io.ts';
import { ClientError } from './client-error.ts';
import { EventEmitter } from './event-emitter.ts';
import { Forwarding, type ForwardTarget } from './forwarding.ts';
import { type Enrolment, Identities } from './identities.io.ts';
import { estimateLatency } from './latency.ts';
import type { CameraSource, MicrophoneSource, ResolvedOptions } from './options.ts';
import type {
  AvatarStats,
  RoomParticipant,
  SessionEvents,
  SessionState,
} from './session-events.ts';

/** A call joined as someone else; made by `joinAsAvatar`. Emits `SessionEvents`. */
export class AvatarSession extends EventEmitter<SessionEvents> {
  readonly #server: URL;
  readonly #identities: Identities;
  readonly #forwarding: Forwarding;
  readonly #call: Call;

  /** Starts joining; takes over `capture` and releases it when closed. */
  constructor(options: ResolvedOptions, capture: Capture) {
    super();
    this.#server = options.url;
    this.#identities = new Identities(options.url);
    this.#call = new Call(options, capture, (event, detail) => this.#pass(event, detail));
    this.#forwarding = new Forwarding((cause) =>
      this.#call.warn('forwarding_failed', 'Another call refused the avatar.', cause),
    );
  }

  get state(): SessionState {
    return this.#call.state;
  }

  /** One's own avatar and voice as the others receive them: one object for the session's whole life. */
  get stream(): MediaStream {
    return this.#call.room.ownStream;
  }

  /** Everyone in the room, oneself first. */
  get participants(): readonly RoomParticipant[] {
    return this.#call.room.participants;
  }

  /** The identity shown, or the one asked for last. */
  get identity(): string {
    return this.#call.choice.wanted;
  }

  get muted(): { readonly audio: boolean; readonly video: boolean } {
    return this.#call.media.muted;
  }

  /** What was asked for; an absent part is as the server is set. */
  get motion(): { readonly motion?: MotionMode; readonly smoothing?: number } {
    return this.#call.motion;
  }

  /** The driver's own picture and voice, as sent to the server and to nobody else. */
  get capture(): {
    readonly video: MediaStreamTrack | null;
    readonly audio: MediaStreamTrack | null;
  } {
    return this.#call.media.capture;
  }

  /**
   * Be seen as another identity; the old one is shown until the new one is ready.
   * @throws ClientError with the server's refusal, `superseded` or `closed`.
   */
  async switchIdentity(identity: string): Promise<void> {
    this.#demandOpen();
    const { request, done } = this.#call.choice.wish(identity);
    this.#call.send({ type: 'identity', identity, request });
    await done;
  }

  /** Absent sides stay as they are. A muted side sends silence or black, and the server is told. */
  mute(change: { audio?: boolean; video?: boolean }): void {
    this.#call.mute({ ...this.muted, ...change });
  }

  /** `recalibrate` takes the driver's next frame as the neutral one. */
  setMotion(change: { motion?: MotionMode; smoothing?: number; recalibrate?: boolean }): void {
    const { recalibrate: _once, ...lasting } = change;
    this.#call.motion = { ...this.motion, ...lasting };
    this.#call.send({ type: 'motion', ...change });
  }

  /** Drive with another source; the old one is released. @throws ClientError as `joinAsAvatar` */
  async replaceCamera(camera: CameraSource, microphone?: MicrophoneSource): Promise<void> {
    this.#demandOpen();
    const capture = await openCapture(camera, microphone, this.#server);
    if (this.state === 'closed') capture.release();
    this.#demandOpen();
    await this.#call.media.replace(capture);
  }

  /** @throws EnrolmentError, ClientError; see `Identities.enrol` */
  enrol(enrolment: Enrolment): Promise<EnrolResponse> {
    return this.#identities.enrol(enrolment);
  }

  /** @throws ClientError */
  identities(): Promise<readonly IdentitySummary[]> {
    return this.#identities.list();
  }

  /** What both sides measure. Rates are since the call before, or the `stats` event before. */
  async stats(): Promise<AvatarStats> {
    const avatarTrack = this.stream.getVideoTracks()[0]?.id ?? null;
    const browser = await this.#call.media.stats(avatarTrack);
    const server = this.#call.stats;
    return { server, browser, latency: estimateLatency(browser, server) };
  }

  /**
   * Sends the own avatar into another call, and keeps its senders on the present tracks across
   * reconnections. @returns stops it
   */
  sendTo(target: ForwardTarget): () => void {
    return this.#forwarding.add(target, this.stream);
  }

  /** Leaves the room and releases everything that the SDK opened. Idempotent. */
  leave(): void {
    this.#call.leave();
  }

  #pass<Name extends keyof SessionEvents>(event: Name, detail: SessionEvents[Name]): void {
    if (event === 'tracks-changed') this.#forwarding.update(this.stream);
    this.emit(event, detail);
    if (event === 'server-stats') void this.#tellStats();
    if (event === 'closed') this.removeAllListeners();
  }

  async #tellStats(): Promise<void> {
    try {
      this.emit('stats', await this.stats());
    } catch (cause) {
      this.#call.warn('stats_failed', 'The browser gave no statistics.', cause);
    }
  }

  #demandOpen(): void {
    if (this.state === 'closed') {
      throw new ClientError('closed', 'The session is closed; join again.');
    }
  }
}
