import type { AvatarState } from '../signaling/session-stats.ts';
import type { Milli } from '../time.ts';
import { avatarStateOf } from './avatar-state.ts';
import type { SessionCost } from './budget/capacity-model.ts';
import { SessionBudget } from './budget/session-budget.ts';
import { CameraDecoder, type DecodedFrame } from './camera-decoder.ts';
import { CodedQueue } from './coded-queue.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { FrameClock } from './frame-clock.ts';
import type { FaceTracker } from './landmark/face-tracker.ts';
import { OutputEncoders } from './output-encoders.ts';
import type { DriverMemory } from './pose/driver-calibration.ts';
import type { PosePlayer, ReenactmentEvents, ReenactmentStages } from './reenactment-stages.ts';
import type { RenderEffort } from './render/engine.ts';
import { SessionTurn } from './session-turn.ts';
import type { Stage, StageTimes } from './stage.ts';
import { drawStamp, readStamp } from './stamp.ts';
import { type Prepared, Wardrobe } from './wardrobe.ts';
import {
  type CodedCameraFrame,
  type MotionChange,
  type SessionSettings,
  withMotion,
} from './worker-protocol.ts';

/**
 * One session's way of a frame: decode → landmark → pose → render → encode. Newest frame wins:
 * one picture is under way at a time, and what piled up meanwhile is decoded but not drawn. What is
 * drawn of a frame is decided before, so that it meets its deadline.
 * No camera frame can reach the encoders: they take only what a renderer drew from a pose.
 */
export class Reenactment {
  readonly #stages: ReenactmentStages;
  readonly #events: ReenactmentEvents;
  readonly #queue = new CodedQueue();
  readonly #wardrobe = new Wardrobe();
  readonly #tracker: FaceTracker;
  readonly #encoders: OutputEncoders;
  readonly #frames: FrameClock;
  readonly #decoder: CameraDecoder;
  readonly #budget: SessionBudget;
  readonly #turn: SessionTurn;
  #settings: SessionSettings;
  #player: PosePlayer | undefined;
  /** For the player, as soon as there is one. */
  #recalled: DriverMemory | undefined;
  #state: AvatarState = 'preparing';
  #busy = false;
  #closed = false;

  constructor(
    id: string,
    settings: SessionSettings,
    stages: ReenactmentStages,
    events: ReenactmentEvents,
  ) {
    this.#settings = settings;
    this.#stages = stages;
    this.#events = events;
    this.#tracker = stages.createTracker();
    this.#encoders = new OutputEncoders(settings, stages);
    this.#frames = new FrameClock(settings.fps);
    this.#turn = new SessionTurn(stages);
    this.#decoder = new CameraDecoder((codec) => stages.createDecoder(codec), {
      dropped: (reason, count) => events.dropped(reason, count),
      broken: (cause) => {
        events.fault('decode', cause);
        this.#queue.restart();
        events.needKeyframe();
      },
    });
    const { frameBudget: budget, fps } = settings;
    this.#budget = new SessionBudget({ session: id, budget, fps, load: stages.load });
  }

  /** When {@link tick} is next due, or undefined while there is nothing to draw. */
  get deadline(): Milli | undefined {
    if (this.#closed || this.#busy || this.#wardrobe.empty) return undefined;
    if (this.#settings.standby) return undefined;
    return this.#frames.deadline;
  }

  /** What one camera frame costs at the highest level; undefined before that was measured. */
  get cost(): SessionCost | undefined {
    const { worn } = this.#wardrobe;
    return worn && this.#budget.cost(worn.id, worn.renderer.efforts, this.#stages.clock());
  }

  /**
   * Makes an identity this session's; until it is ready the old one goes on being drawn.
   * A later call overtakes an earlier one that is still under way.
   */
  async wear(identity: string): Promise<Prepared> {
    const prepared = await this.#wardrobe.prepare(identity, () =>
      this.#stages.openIdentity(identity, this.#settings, this.#turn.elsewhere),
    );
    if (prepared !== 'ready') return prepared;
    this.#settings = { ...this.#settings, identity };
    // With nothing on screen yet there is no frame boundary to wait for.
    if (!this.#wardrobe.worn) this.#frames.drawNow(this.#stages.clock());
    this.#events.scheduled();
    return prepared;
  }

  /** From this call on not one more frame of the identity is made. */
  forget(identity: string): void {
    if (!this.#wardrobe.forget(identity)) return;
    if (!this.#busy) this.#wardrobe.release();
    this.#setState('preparing');
  }

  /** A coded camera frame arrived. */
  push(frame: CodedCameraFrame): void {
    if (this.#closed || this.#settings.paused) return;
    if (this.#settings.standby) this.#settings = { ...this.#settings, standby: false };
    const loss = this.#queue.push(frame);
    if (loss) this.#events.dropped(loss.reason, loss.lost);
    if (this.#queue.needsKeyframe) this.#events.needKeyframe();
    this.#frames.cameraFrame(this.#stages.clock());
    void this.#run();
  }

  /** No camera frame came in time: the avatar makes one of itself. */
  async tick(now: Milli): Promise<void> {
    const due = this.deadline;
    if (due === undefined || now < due) return;
    await this.#exclusively(now, () => this.#draw(undefined, undefined, {}));
  }

  /** What was learnt of the driver. */
  get memory(): DriverMemory | undefined {
    return this.#player?.memory;
  }

  /** Goes on with what another worker learnt of the driver. */
  recall(memory: DriverMemory): void {
    if (this.#player) this.#player.recall(memory);
    else this.#recalled = memory;
  }

  setMotion(change: MotionChange): void {
    this.#settings = withMotion(this.#settings, change);
    this.#player?.setMotion(change);
  }

  setPaused(paused: boolean): void {
    this.#settings = { ...this.#settings, paused };
    if (paused) this.#queue.restart();
  }

  setOutputs(codecs: readonly VideoCodec[]): void {
    this.#encoders.setCodecs(codecs);
  }

  setBitrate(bitrate: number): void {
    this.#encoders.setBitrate(bitrate);
  }

  forceKeyframe(codec: VideoCodec): void {
    this.#encoders.forceKeyframe(codec);
  }

  /** Ends the session; what a frame under way still uses is released when that frame is done. */
  close(): void {
    this.#closed = true;
    if (!this.#busy) this.#release();
  }

  async #run(): Promise<void> {
    const received = this.#queue.oldest?.receivedAt ?? this.#stages.clock();
    await this.#exclusively(received, async () => {
      const stages: StageTimes = {};
      const waiting = this.#queue.take();
      const decoded = await this.#timed('decode', stages, () => this.#decoder.newest(waiting));
      if (!decoded || this.#closed) return;
      this.#changeIdentity();
      const identity = this.#wardrobe.worn;
      if (!identity) {
        this.#events.dropped('unready', 1);
        return;
      }
      const now = this.#stages.clock();
      const { receivedAt } = decoded;
      const plan = this.#budget.plan(
        { identity: identity.id, receivedAt },
        identity.renderer.efforts,
        now,
      );
      if (plan.draw) await this.#draw(decoded, plan.effort, stages);
      else {
        this.#events.dropped(plan.reason, 1);
        this.#budget.worked(stages, now);
        this.#frames.drawn(now, 'held');
      }
    });
  }

  /**
   * One piece of work at a time, in place of a lock: whoever finds it busy leaves it to those who
   * are. Waits for its turn among the worker's sessions, by the deadline of what came at `received`.
   */
  async #exclusively(received: Milli, work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await this.#turn.take(this.#budget.deadline(received));
    try {
      if (!this.#closed) await work();
    } finally {
      this.#busy = false;
      this.#wardrobe.release();
      const { wall, cpu } = this.#turn.end();
      this.#budget.turned(wall, cpu);
    }
    if (this.#closed) this.#release();
    else if (!this.#queue.empty) void this.#run();
    else this.#events.scheduled();
  }

  #release(): void {
    this.#wardrobe.close();
    this.#decoder.close();
    this.#encoders.close();
    this.#budget.close();
  }

  /** @param planned effort; undefined where no camera frame is answered. */
  async #draw(
    camera: DecodedFrame | undefined,
    planned: RenderEffort | undefined,
    stages: StageTimes,
  ): Promise<void> {
    this.#changeIdentity();
    const identity = this.#wardrobe.worn;
    const player = this.#player;
    if (!identity || !player) return;
    const { picture, frame, receivedAt, decoded } = camera ?? {};
    const now = this.#stages.clock();
    let stage: Stage = 'landmark';
    try {
      const face =
        picture && (await this.#timed('landmark', stages, () => this.#tracker.track(picture, now)));
      stage = 'pose';
      const posed = await this.#timed('pose', stages, async () =>
        picture ? player.drive(face, now) : { ...player.fill(now), sceneCut: false },
      );
      if (this.#wardrobe.worn !== identity) return this.#discard(frame); // forgotten while the face was looked for
      const { renderer } = identity;
      if (posed.sceneCut) renderer.reset();
      stage = 'render';
      const late = picture === undefined && posed.source === 'held';
      const effort = late
        ? undefined
        : (planned ?? this.#budget.effort(identity.id, renderer.efforts, now));
      const { degraded } = renderer;
      const drawn = await this.#timed('render', stages, () =>
        effort ? renderer.render(posed.pose, effort) : renderer.fill(posed.pose),
      );
      if (this.#wardrobe.worn !== identity) return this.#discard(frame);
      const counter = picture && this.#settings.stamp ? readStamp(picture) : undefined;
      if (counter !== undefined) drawStamp(drawn, counter);
      stage = 'encode';
      const outputs = await this.#timed('encode', stages, () =>
        this.#encoders.encode(drawn, this.#stages.clock()),
      );
      if (this.#closed || this.#wardrobe.worn !== identity) return this.#discard(frame);
      const done = this.#stages.clock();
      this.#frames.drawn(done, posed.source);
      this.#budget.drawn({ identity: identity.id, effort, stages, receivedAt, decoded }, done);
      this.#setState(avatarStateOf(posed.source, picture !== undefined));
      this.#events.rendered({
        frame: frame ?? null,
        source: posed.source,
        identity: identity.id,
        outputs,
        stages,
        level: this.#budget.level,
        levelReason: this.#budget.reason,
        degraded: renderer.degraded > degraded,
      });
    } catch (cause) {
      this.#events.fault(stage, cause);
      this.#frames.drawn(this.#stages.clock(), 'held');
      if (frame !== undefined) this.#events.dropped('failed', 1);
      if (stage === 'landmark') this.#tracker.reset();
      if (stage === 'render') identity.renderer.reset();
    }
  }

  /** The identity went away under a frame that was being drawn, and coded perhaps. */
  #discard(frame: number | undefined): void {
    this.#encoders.lose();
    if (frame !== undefined) this.#events.dropped('unready', 1);
  }

  #changeIdentity(): void {
    const next = this.#wardrobe.change();
    if (!next) return;
    if (this.#player) this.#player.setNeutral(next.neutral);
    else {
      this.#player = this.#stages.createPosePlayer(next.neutral, this.#settings);
      if (this.#recalled) this.#player.recall(this.#recalled);
    }
  }

  #setState(state: AvatarState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.avatar(state);
  }

  async #timed<T>(stage: Stage, into: StageTimes, work: () => Promise<T>): Promise<T> {
    const started = this.#stages.clock() - this.#turn.away;
    try {
      return await work();
    } finally {
      into[stage] = (into[stage] ?? 0) + this.#stages.clock() - this.#turn.away - started;
    }
  }
}
