import type { AvatarState } from '../signaling/protocol.ts';
import type { Clock, Milli } from '../time.ts';
import { CodedQueue } from './coded-queue.ts';
import type { VideoCodec, VideoDecoder } from './decode/video-decoder.ts';
import { FrameClock } from './frame-clock.ts';
import type { FaceTracker } from './landmark/face-tracker.ts';
import { OutputEncoders } from './output-encoders.ts';
import type { CameraFrame } from './picture.ts';
import type { Pose } from './pose/pose.ts';
import type { DropReason, FrameSource, Stage, StageTimes } from './stage.ts';
import { drawStamp, readStamp } from './stamp.ts';
import type { VideoEncoder, VideoEncoderOptions } from './transmit/video-encoder.ts';
import { type OpenIdentity, Wardrobe } from './wardrobe.ts';
import {
  type CodedCameraFrame,
  type MotionChange,
  type RenderedFrame,
  type SessionSettings,
  withMotion,
} from './worker-protocol.ts';

/** What the face of a session does when driven, and when nobody drives it. */
export interface PosePlayer {
  /** @param landmarks undefined where the camera frame shows no face. */
  drive(
    landmarks: Awaited<ReturnType<FaceTracker['track']>>,
    now: Milli,
  ): { pose: Pose; source: FrameSource; sceneCut: boolean };
  /** No camera frame is there: continues the motion, holds, then idles. */
  fill(now: Milli): { pose: Pose; source: FrameSource };
  setNeutral(neutral: Pose): void;
  setMotion(change: MotionChange): void;
}

/** The stages a session runs, handed in so that tests can put their own in each place. */
export interface ReenactmentStages {
  readonly clock: Clock;
  createDecoder(codec: VideoCodec): VideoDecoder | Promise<VideoDecoder>;
  createEncoder(options: VideoEncoderOptions): VideoEncoder | Promise<VideoEncoder>;
  createTracker(): FaceTracker;
  createPosePlayer(neutral: Pose, settings: SessionSettings): PosePlayer;
  /** @throws UnderstudyError `unknown_identity`, `identity_failed`. */
  openIdentity(identity: string, settings: SessionSettings): Promise<OpenIdentity>;
}

export interface ReenactmentEvents {
  rendered(frame: RenderedFrame): void;
  dropped(reason: DropReason, count: number): void;
  avatar(state: AvatarState): void;
  needKeyframe(): void;
  /** {@link Reenactment.deadline} may have changed. */
  scheduled(): void;
  /** Something broke that the session survives: for the log, never for a peer. */
  fault(stage: Stage, cause: unknown): void;
}

/**
 * One session's way of a frame: decode → landmark → pose → render → encode. Newest frame wins:
 * one picture is under way at a time, and what piled up meanwhile is decoded but not drawn.
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
  #settings: SessionSettings;
  #decoder: VideoDecoder | undefined;
  #player: PosePlayer | undefined;
  #state: AvatarState = 'preparing';
  #busy = false;
  #closed = false;

  constructor(settings: SessionSettings, stages: ReenactmentStages, events: ReenactmentEvents) {
    this.#settings = settings;
    this.#stages = stages;
    this.#events = events;
    this.#tracker = stages.createTracker();
    this.#encoders = new OutputEncoders(settings, stages);
    this.#frames = new FrameClock(settings.fps);
  }

  /** When {@link tick} is next due, or undefined while there is nothing to draw. */
  get deadline(): Milli | undefined {
    if (this.#closed || this.#busy || this.#wardrobe.empty) return undefined;
    return this.#frames.deadline;
  }

  /**
   * Makes an identity this session's; until it is ready the old one goes on being drawn.
   * A later call overtakes an earlier one that is still under way.
   */
  async wear(identity: string): Promise<void> {
    const worn = await this.#wardrobe.prepare(identity, () =>
      this.#stages.openIdentity(identity, this.#settings),
    );
    if (!worn) return;
    this.#settings = { ...this.#settings, identity };
    // With nothing on screen yet there is no frame boundary to wait for.
    if (!this.#wardrobe.worn) this.#frames.drawNow(this.#stages.clock());
    this.#events.scheduled();
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
    await this.#exclusively(() => this.#draw(undefined, null, {}));
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
    await this.#exclusively(async () => {
      while (!this.#queue.empty && !this.#closed) {
        const stages: StageTimes = {};
        const decoded = await this.#timed('decode', stages, () => this.#decodeAll());
        if (decoded) await this.#draw(decoded.picture, decoded.frame, stages);
      }
    });
  }

  /** One piece of work at a time, in place of a lock: whoever finds it busy leaves it to the loop. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await work();
    } finally {
      this.#busy = false;
      this.#wardrobe.release();
    }
    if (this.#closed) this.#release();
    else if (!this.#queue.empty) void this.#run();
    else this.#events.scheduled();
  }

  #release(): void {
    this.#wardrobe.close();
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#encoders.close();
  }

  /** Decodes all that waits and keeps the newest picture. */
  async #decodeAll(): Promise<{ picture: CameraFrame; frame: number } | undefined> {
    let newest: { picture: CameraFrame; frame: number } | undefined;
    for (const coded of this.#queue.take()) {
      try {
        if (this.#decoder?.codec !== coded.codec) {
          this.#decoder?.close();
          this.#decoder = await this.#stages.createDecoder(coded.codec);
        }
        const picture = await this.#decoder.decode(coded.data);
        if (!picture) continue;
        if (newest) this.#events.dropped('superseded', 1);
        newest = { picture, frame: coded.frame };
      } catch (cause) {
        this.#events.fault('decode', cause);
        this.#events.dropped('undecodable', 1);
        this.#queue.restart();
        this.#events.needKeyframe();
      }
    }
    return newest;
  }

  async #draw(
    picture: CameraFrame | undefined,
    frame: number | null,
    stages: StageTimes,
  ): Promise<void> {
    this.#changeIdentity();
    const identity = this.#wardrobe.worn;
    const player = this.#player;
    if (!identity || !player || this.#closed) return;
    const now = this.#stages.clock();
    let stage: Stage = 'landmark';
    try {
      const face =
        picture && (await this.#timed('landmark', stages, () => this.#tracker.track(picture, now)));
      stage = 'pose';
      const posed = await this.#timed('pose', stages, async () =>
        picture ? player.drive(face, now) : { ...player.fill(now), sceneCut: false },
      );
      if (this.#wardrobe.worn !== identity) return; // forgotten while the face was looked for
      if (posed.sceneCut) identity.renderer.reset();
      stage = 'render';
      const late = picture === undefined && posed.source === 'held';
      const drawn = await this.#timed('render', stages, () =>
        late ? identity.renderer.fill(posed.pose) : identity.renderer.render(posed.pose),
      );
      if (this.#wardrobe.worn !== identity) return;
      const counter = picture && this.#settings.stamp ? readStamp(picture) : undefined;
      if (counter !== undefined) drawStamp(drawn, counter);
      stage = 'encode';
      const outputs = await this.#timed('encode', stages, () =>
        this.#encoders.encode(drawn, this.#stages.clock()),
      );
      if (this.#closed || this.#wardrobe.worn !== identity) return;
      this.#frames.drawn(this.#stages.clock(), posed.source);
      this.#setState(stateOf(posed.source, picture !== undefined));
      this.#events.rendered({
        frame,
        source: posed.source,
        identity: identity.id,
        outputs,
        stages,
      });
    } catch (cause) {
      this.#events.fault(stage, cause);
      this.#frames.drawn(this.#stages.clock(), 'held');
      if (frame !== null) this.#events.dropped('failed', 1);
      if (stage === 'landmark') this.#tracker.reset();
      if (stage === 'render') identity.renderer.reset();
    }
  }

  #changeIdentity(): void {
    const next = this.#wardrobe.change();
    if (!next) return;
    if (this.#player) this.#player.setNeutral(next.neutral);
    else this.#player = this.#stages.createPosePlayer(next.neutral, this.#settings);
  }

  #setState(state: AvatarState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.avatar(state);
  }

  async #timed<T>(stage: Stage, into: StageTimes, work: () => Promise<T>): Promise<T> {
    const start = this.#stages.clock();
    try {
      return await work();
    } finally {
      into[stage] = (into[stage] ?? 0) + this.#stages.clock() - start;
    }
  }
}

function stateOf(source: FrameSource, camera: boolean): AvatarState {
  if (source === 'driven') return 'live';
  if (source === 'held') return camera ? 'face-lost' : 'live';
  return 'idle';
}
