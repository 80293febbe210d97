import type { AvatarState } from '../signaling/session-stats.ts';
import { avatarStateOf } from './avatar-state.ts';
import type { SessionBudget } from './budget/session-budget.ts';
import type { DecodedFrame } from './camera-decoder.ts';
import type { FrameClock } from './frame-clock.ts';
import type { FaceTracker } from './landmark/face-tracker.ts';
import type { OutputEncoders } from './output-encoders.ts';
import type { DriverMemory } from './pose/driver-calibration.ts';
import type { PosePlayer, ReenactmentEvents, ReenactmentStages } from './reenactment-stages.ts';
import type { RenderEffort } from './render/engine.ts';
import type { SessionTurn } from './session-turn.ts';
import type { Stage, StageTimes } from './stage.ts';
import { drawStamp, readStamp } from './stamp.ts';
import type { Wardrobe } from './wardrobe.ts';
import type { MotionChange, SessionSettings } from './worker-protocol.ts';

/** What drawing shares with the session whose frames are drawn, and which stays the session's. */
export interface FrameDrawingParts {
  readonly stages: ReenactmentStages;
  readonly events: ReenactmentEvents;
  readonly wardrobe: Wardrobe;
  readonly encoders: OutputEncoders;
  readonly frames: FrameClock;
  readonly budget: SessionBudget;
  readonly turn: SessionTurn;
  settings(): SessionSettings;
  /** The session has ended: a frame that is under way leaves no more. */
  closed(): boolean;
}

/**
 * How one frame of a session is drawn: landmark → pose → render → encode, for a camera picture or, where none came, for the
 * avatar alone. Remembers the driver. What breaks in a stage costs the frame, and is told. One frame at a time.
 */
export class FrameDrawing {
  readonly #parts: FrameDrawingParts;
  readonly #tracker: FaceTracker;
  #player: PosePlayer | undefined;
  /** For the player, as soon as there is one. */
  #recalled: DriverMemory | undefined;
  #state: AvatarState = 'preparing';

  constructor(parts: FrameDrawingParts) {
    this.#parts = parts;
    this.#tracker = parts.stages.createTracker();
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
    this.#player?.setMotion(change);
  }

  /** There is nobody to be drawn any more. */
  undress(): void {
    this.#setState('preparing');
  }

  /** At a frame's boundary: puts on the identity that is prepared, where there is one. */
  changeIdentity(): void {
    const { wardrobe, stages, settings } = this.#parts;
    const next = wardrobe.change();
    if (!next) return;
    if (this.#player) this.#player.setNeutral(next.neutral);
    else {
      this.#player = stages.createPosePlayer(next.neutral, settings());
      if (this.#recalled) this.#player.recall(this.#recalled);
    }
  }

  /**
   * @param camera undefined where no camera frame is answered.
   * @param planned effort; undefined where none was planned.
   * @param stages takes up what each stage took.
   */
  async draw(
    camera: DecodedFrame | undefined,
    planned: RenderEffort | undefined,
    stages: StageTimes,
  ): Promise<void> {
    this.changeIdentity();
    const { wardrobe, budget, turn, encoders, frames, events, closed } = this.#parts;
    const { clock } = this.#parts.stages;
    const identity = wardrobe.worn;
    const player = this.#player;
    if (!identity || !player) return;
    const { picture, frame, receivedAt, decoded } = camera ?? {};
    const now = clock();
    let stage: Stage = 'landmark';
    try {
      const face =
        picture && (await turn.timed('landmark', stages, () => this.#tracker.track(picture, now)));
      stage = 'pose';
      const posed = await turn.timed('pose', stages, async () =>
        picture ? player.drive(face, now) : { ...player.fill(now), sceneCut: false },
      );
      if (wardrobe.worn !== identity) return this.#discard(frame); // forgotten while the face was looked for
      const { renderer } = identity;
      if (posed.sceneCut) renderer.reset();
      stage = 'render';
      const late = picture === undefined && posed.source === 'held';
      const effort = late
        ? undefined
        : (planned ?? budget.effort(identity.id, renderer.efforts, now));
      const { degraded } = renderer;
      const drawn = await turn.timed('render', stages, () =>
        effort ? renderer.render(posed.pose, effort) : renderer.fill(posed.pose),
      );
      if (wardrobe.worn !== identity) return this.#discard(frame);
      const counter = picture && this.#parts.settings().stamp ? readStamp(picture) : undefined;
      if (counter !== undefined) drawStamp(drawn, counter);
      stage = 'encode';
      const outputs = await turn.timed('encode', stages, () => encoders.encode(drawn, clock()));
      if (closed() || wardrobe.worn !== identity) return this.#discard(frame);
      const done = clock();
      frames.drawn(done, posed.source);
      budget.drawn({ identity: identity.id, effort, stages, receivedAt, decoded }, done);
      this.#setState(avatarStateOf(posed.source, picture !== undefined));
      events.rendered({
        frame: frame ?? null,
        source: posed.source,
        identity: identity.id,
        outputs,
        stages,
        level: budget.level,
        levelReason: budget.reason,
        degraded: renderer.degraded > degraded,
      });
    } catch (cause) {
      events.fault(stage, cause);
      frames.drawn(clock(), 'held');
      if (frame !== undefined) events.dropped('failed', 1);
      if (stage === 'landmark') this.#tracker.reset();
      if (stage === 'render') identity.renderer.reset();
    }
  }

  /** The identity went away under a frame that was being drawn, and coded perhaps. */
  #discard(frame: number | undefined): void {
    const { encoders, events } = this.#parts;
    encoders.lose();
    if (frame !== undefined) events.dropped('unready', 1);
  }

  #setState(state: AvatarState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#parts.events.avatar(state);
  }
}
