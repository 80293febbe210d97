import type { Milli } from '../time.ts';
import type { SessionCost } from './budget/capacity-model.ts';
import { SessionBudget } from './budget/session-budget.ts';
import { CameraDecoder } from './camera-decoder.ts';
import { CodedQueue } from './coded-queue.ts';
import type { VideoCodec } from './decode/video-decoder.ts';
import { FrameClock } from './frame-clock.ts';
import { FrameDrawing } from './frame-drawing.ts';
import { OutputEncoders } from './output-encoders.ts';
import type { DriverMemory } from './pose/driver-calibration.ts';
import type { ReenactmentEvents, ReenactmentStages } from './reenactment-stages.ts';
import { SessionTurn } from './session-turn.ts';
import type { StageTimes } from './stage.ts';
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
  readonly #encoders: OutputEncoders;
  readonly #frames: FrameClock;
  readonly #decoder: CameraDecoder;
  readonly #budget: SessionBudget;
  readonly #turn: SessionTurn;
  readonly #drawing: FrameDrawing;
  #settings: SessionSettings;
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
    this.#drawing = new FrameDrawing({
      stages,
      events,
      wardrobe: this.#wardrobe,
      encoders: this.#encoders,
      frames: this.#frames,
      budget: this.#budget,
      turn: this.#turn,
      settings: () => this.#settings,
      closed: () => this.#closed,
    });
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
    this.#drawing.undress();
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
    await this.#exclusively(now, () => this.#drawing.draw(undefined, undefined, {}));
  }

  /** What was learnt of the driver. */
  get memory(): DriverMemory | undefined {
    return this.#drawing.memory;
  }

  /** Goes on with what another worker learnt of the driver. */
  recall(memory: DriverMemory): void {
    this.#drawing.recall(memory);
  }

  setMotion(change: MotionChange): void {
    this.#settings = withMotion(this.#settings, change);
    this.#drawing.setMotion(change);
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
      const decoded = await this.#turn.timed('decode', stages, () => this.#decoder.newest(waiting));
      if (!decoded || this.#closed) return;
      this.#drawing.changeIdentity();
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
      if (plan.draw) await this.#drawing.draw(decoded, plan.effort, stages);
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
    const { suspect } = this.#settings;
    if (suspect) this.#events.working(true);
    try {
      if (!this.#closed) await work();
    } finally {
      if (suspect) this.#events.working(false);
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
}
